//! The presets that a new data directory starts with (03 §5).

const SHIPPED: [(&str, &str); 7] = [
    ("CrossSell", "wid=75&hei=75&fmt=jpeg&qlt=75,0&resMode=bicub&op_usm=1.5,0.8,5,0"),
    ("Thumbnail", "wid=150&hei=150&fmt=jpeg&qlt=75,0&resMode=bicub&op_usm=1.1,1,5,0"),
    ("Main", "wid=350&hei=350&fmt=jpeg&qlt=75,0&resMode=bicub&op_usm=1,1,6,0"),
    ("Enlarge", "wid=500&hei=500&fmt=jpeg&qlt=75,0&resMode=bicub&op_usm=1.2,1.2,5,0"),
    ("Large", "wid=250&fmt=jpeg&qlt=80,0&resMode=sharp2&op_usm=1.1,0.5,1,0"),
    ("s7product", "wid=350&hei=350&fmt=jpeg&qlt=85,0&resMode=sharp2&op_usm=0.9,1.0,8,0"),
    ("Original", "scl=1&fmt=png-alpha"),
];

/// Name and definition of each shipped preset. The documented `resMode=sharp`
/// of `Large` is written as what it means, `sharp2` (ruling 24).
pub fn shipped_presets() -> &'static [(&'static str, &'static str)] {
    &SHIPPED
}
