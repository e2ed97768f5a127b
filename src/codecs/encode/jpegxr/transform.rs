//! The photo core transform (T.832 9.9): integer lifting steps, so that it can
//! be undone exactly. A macroblock is 256 values: 16 blocks in columns from the
//! left, each 16 values in the order of [`WITHIN`].

/// Values of one component of a macroblock of 16 x 16 pixels.
pub(super) type Macroblock = [i32; 256];

/// Place in a block of the pixel in row `index / 4` and column `index % 4`.
const WITHIN: [usize; 16] = [0, 1, 5, 4, 2, 3, 7, 6, 10, 11, 15, 14, 8, 9, 13, 12];

/// Place of a pixel in a macroblock before the transform.
pub(super) fn place(x: usize, y: usize) -> usize {
    (x & 12) << 4 | (y & 12) << 2 | WITHIN[(y & 3) << 2 | x & 3]
}

/// Both stages: blocks of 4 x 4, then their 16 first coefficients, halved before
/// if `halve` is set.
pub(super) fn forward(values: &mut Macroblock, halve: bool) {
    let order: [usize; 16] = std::array::from_fn(|index| index);
    for block in 0..16 {
        block_transform(values, &order.map(|index| block * 16 + index));
    }
    if halve {
        values.iter_mut().step_by(16).for_each(|value| *value >>= 1);
    }
    block_transform(values, &SECOND);
}

/// Where the second stage finds the value that the first has at each index.
const SECOND: [usize; 16] =
    [0, 64, 16, 80, 192, 128, 208, 144, 48, 112, 32, 96, 240, 176, 224, 160];

fn block_transform(values: &mut Macroblock, at: &[usize; 16]) {
    let mut p = at.map(|index| values[index]);
    for column in 0..4 {
        hadamard(&mut p, [column, column + 4, column + 8, column + 12], 0);
    }
    hadamard(&mut p, [0, 1, 2, 3], 1);
    rotate_both(&mut p, [15, 14, 13, 12]);
    rotate_one(&mut p, [5, 4, 7, 6]);
    rotate_one(&mut p, [10, 8, 11, 9]);
    for (index, value) in at.iter().zip(p) {
        values[*index] = value;
    }
}

/// Two by two sums and differences, halved; `round` is 0 or 1.
fn hadamard(p: &mut [i32; 16], [ia, ib, ic, id]: [usize; 4], round: i32) {
    let [mut a, mut b, c, d] = [p[ia], p[ib], p[ic], p[id]];
    a += d;
    b -= c;
    let half = (a - b + round) >> 1;
    let (new_c, new_d) = (half - d, half - c);
    p[ia] = a - new_d;
    p[ib] = b + new_c;
    p[ic] = new_c;
    p[id] = new_d;
}

/// Rotation by pi/8 across and along.
fn rotate_both(p: &mut [i32; 16], [ia, ib, ic, id]: [usize; 4]) {
    let [mut a, mut b, mut c, mut d] = [p[ia], -p[ib], -p[ic], p[id]];
    d += a;
    c -= b;
    let (half_d, half_c) = (d >> 1, c >> 1);
    a -= half_d;
    b += half_c;
    a += (b * 3 + 4) >> 3;
    b -= (a * 3 + 3) >> 2;
    a += (b * 3 + 3) >> 3;
    b -= half_c;
    a += half_d;
    c += b;
    d -= a;
    [p[ia], p[ib], p[ic], p[id]] = [a, b, c, d];
}

/// Rotation by pi/8 one way, sums and differences the other.
fn rotate_one(p: &mut [i32; 16], [ia, ib, ic, id]: [usize; 4]) {
    let [mut a, mut b, mut c, mut d] = [p[ia], p[ib], p[ic], p[id]];
    b -= c;
    a += d;
    c += (b + 1) >> 1;
    d = ((a + 1) >> 1) - d;
    b -= (a * 3 + 4) >> 3;
    a += (b * 3 + 4) >> 3;
    d -= (c * 3 + 4) >> 3;
    c += (d * 3 + 4) >> 3;
    d += b >> 1;
    c -= (a + 1) >> 1;
    b -= d;
    a += c;
    [p[ia], p[ib], p[ic], p[id]] = [a, b, c, d];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pixel_has_its_own_place() {
        let mut places: Vec<usize> = (0..256).map(|index| place(index % 16, index / 16)).collect();
        places.sort_unstable();
        assert_eq!(places, Vec::from_iter(0..256));
    }

    #[test]
    fn a_flat_macroblock_has_one_coefficient() {
        let mut values = [10; 256];
        forward(&mut values, false);
        // an orthonormal transform of 16 x 16: 10 * 16
        assert_eq!(values[0], 160);
        assert!(values[1..].iter().all(|value| *value == 0));
    }
}
