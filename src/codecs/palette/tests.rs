use proptest::prelude::*;

use super::*;
use crate::codecs::bitmap::Channels;

fn adaptive(colours: u16) -> Options {
    Options { kind: Kind::Adaptive { colours, forced: Vec::new() }, diffuse: true, key: None }
}

fn forced(colours: u16, forced: &[[u8; 3]]) -> Options {
    Options { kind: Kind::Adaptive { colours, forced: forced.to_vec() }, ..adaptive(colours) }
}

fn of_kind(kind: Kind, diffuse: bool) -> Options {
    Options { kind, diffuse, key: None }
}

fn rgb(width: u32, height: u32, colour: impl Fn(u32, u32) -> [u8; 3]) -> Bitmap {
    let data = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let data = data.flat_map(|(x, y)| colour(x, y)).collect();
    Bitmap { width, height, channels: Channels::Rgb, data }
}

/// The picture that a reader of the file gets, transparent where the key is.
fn shown(indexed: &Indexed) -> Vec<Option<[u8; 3]>> {
    let entry = |&index: &u8| {
        let opaque = Some(index) != indexed.transparent;
        opaque.then(|| indexed.palette[usize::from(index)])
    };
    indexed.indices.iter().map(entry).collect()
}

fn mean_squared_error(bitmap: &Bitmap, indexed: &Indexed) -> f64 {
    let shown: Vec<u8> = shown(indexed).into_iter().flatten().flatten().collect();
    assert_eq!(shown.len(), bitmap.data.len());
    let squares = bitmap.data.iter().zip(&shown).map(|(a, b)| u64::from(a.abs_diff(*b)).pow(2));
    squares.sum::<u64>() as f64 / shown.len() as f64
}

fn sample(name: &str) -> Bitmap {
    let path = format!("{}/samples/{name}", env!("CARGO_MANIFEST_DIR"));
    let file = std::io::BufReader::new(std::fs::File::open(path).expect("the sample is there"));
    let mut reader = png::Decoder::new(file).read_info().expect("it is a PNG file");
    let mut data = vec![0; reader.output_buffer_size().expect("it is small")];
    let info = reader.next_frame(&mut data).expect("it is whole");
    assert_eq!(info.color_type, png::ColorType::Rgb);
    Bitmap { width: info.width, height: info.height, channels: Channels::Rgb, data }
}

#[test]
fn a_picture_of_few_colours_is_exact_in_spite_of_diffusion() {
    // 16 * 16 different colours, each of them four times
    let picture =
        rgb(32, 32, |x, y| [(x / 2 * 17) as u8, (y / 2 * 16) as u8, (x / 2 * (y / 2)) as u8]);
    for diffuse in [false, true] {
        let indexed = quantize(&picture, &Options { diffuse, ..adaptive(256) });
        assert_eq!(indexed.palette.len(), 256);
        assert_eq!(mean_squared_error(&picture, &indexed), 0.0);
    }
    let halved = quantize(&picture, &adaptive(128));
    assert_eq!(halved.palette.len(), 128);
    assert!(mean_squared_error(&picture, &halved) > 0.0);
}

#[test]
fn gray_pictures_are_exact_with_256_colours() {
    let data = (0..=255).collect();
    let picture = Bitmap { width: 16, height: 16, channels: Channels::Gray, data };
    let indexed = quantize(&picture, &adaptive(256));
    let levels: Vec<u8> = shown(&indexed).into_iter().flatten().map(|[r, _, _]| r).collect();
    assert_eq!(levels, picture.data);
}

#[test]
fn a_gray_ramp_is_divided_evenly_and_stays_neutral() {
    let picture = rgb(256, 4, |x, _| [x as u8; 3]);
    let indexed = quantize(&picture, &Options { diffuse: false, ..adaptive(16) });
    assert_eq!(indexed.palette.len(), 16);
    assert!(indexed.palette.iter().all(|[r, g, b]| r == g && g == b));
    // Sixteen levels about their mean, 7.5 above the first, have a squared error of
    // (16^2 - 1) / 12 = 21.25, and a quarter more because the entry is a whole
    // number; nothing is better.
    assert_eq!(mean_squared_error(&picture, &indexed), 21.5);
}

#[test]
fn photographs_are_nearer_than_with_pillows_median_cut() {
    // Image.quantize(n, method=MEDIANCUT, dither=NONE) of Pillow 11.1.0
    let pillow =
        [("chelsea.png", 256, 8.61), ("chelsea.png", 16, 67.13), ("coffee.png", 64, 25.22)];
    for (name, colours, theirs) in pillow {
        let picture = sample(name);
        let indexed = quantize(&picture, &Options { diffuse: false, ..adaptive(colours) });
        let ours = mean_squared_error(&picture, &indexed);
        assert!(ours < theirs * 0.85, "{name} with {colours} colours: {ours}");
    }
}

#[test]
fn forced_colours_come_first_and_count() {
    let list = [[255, 0, 255], [0, 0, 0], [1, 2, 3]];
    let picture = rgb(64, 64, |x, y| [(x * 4) as u8, (y * 4) as u8, 128]);
    let indexed = quantize(&picture, &forced(20, &list));
    assert_eq!(indexed.palette.len(), 20);
    assert_eq!(indexed.palette[..3], list);

    // nothing is left to compute, and a repeated colour makes room
    assert_eq!(quantize(&picture, &forced(3, &list)).palette, list);
    let twice = quantize(&picture, &forced(3, &[[9, 9, 9], [9, 9, 9]]));
    assert_eq!((twice.palette.len(), twice.palette[0]), (3, [9, 9, 9]));
}

#[test]
fn forced_colours_of_a_picture_of_few_colours_leave_it_exact() {
    let picture =
        rgb(4, 1, |x, _| [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 0, 0]][x as usize]);
    let indexed = quantize(&picture, &forced(4, &[[0, 255, 0], [7, 7, 7]]));
    assert_eq!(indexed.palette, [[0, 255, 0], [7, 7, 7], [0, 0, 255], [255, 0, 0]]);
    assert_eq!(indexed.indices, [3, 0, 2, 3]);
}

#[test]
fn row_132_gives_two_colours_and_the_key() {
    // 02 §8 row 132: gif-alpha, quantize=adaptive,off,2,000000,ffffff
    let data = vec![200, 200, 200, 255, 90, 0, 0, 255, 0, 0, 0, 0];
    let picture = Bitmap { width: 3, height: 1, channels: Channels::Rgba, data };
    let mut options = forced(2, &[[0; 3], [255; 3]]);
    (options.diffuse, options.key) = (false, Some([10, 20, 30]));
    let indexed = quantize(&picture, &options);
    assert_eq!(indexed.palette, [[0; 3], [255; 3], [10, 20, 30]]);
    assert_eq!((indexed.transparent, indexed.indices), (Some(2), vec![1, 0, 2]));
}

#[test]
fn the_key_is_one_of_256_entries() {
    let data = (0..=255).flat_map(|gray| [gray, 255]).collect();
    let picture = Bitmap { width: 256, height: 1, channels: Channels::GrayAlpha, data };
    let options = Options { key: Some([255; 3]), ..adaptive(256) };
    let indexed = quantize(&picture, &options);
    assert_eq!((indexed.palette.len(), indexed.transparent), (256, Some(255)));
    let web = quantize(&picture, &Options { key: Some([0; 3]), ..of_kind(Kind::Web, true) });
    assert_eq!((web.palette.len(), web.transparent), (217, Some(216)));
    let mac = quantize(&picture, &Options { key: Some([9; 3]), ..of_kind(Kind::Mac, true) });
    assert_eq!((mac.palette.len(), mac.transparent), (256, Some(255)));
    assert_eq!(mac.palette[254..], [[0; 3], [9; 3]]);
}

#[test]
fn diffusion_keeps_the_mean() {
    // Black and white alone mix any gray: white where the gray says.
    for gray in [16u8, 64, 128, 200, 245] {
        let picture = rgb(128, 128, |_, _| [gray; 3]);
        let indexed = quantize(&picture, &forced(2, &[[0; 3], [255; 3]]));
        let white = indexed.indices.iter().filter(|&&index| index == 1).count();
        let mean = white as f64 * 255.0 / f64::from(128 * 128);
        assert!((mean - f64::from(gray)).abs() < 1.5, "{gray} became {mean}");
    }
}

#[test]
fn hidden_pixels_are_a_wall_to_errors() {
    // Whatever is left of a hidden column, what is right of it stays the same.
    let beside = |left: u8| {
        let mut picture = Bitmap::zeroed(33, 20, Channels::GrayAlpha);
        for (x, pixel) in (0..33).cycle().zip(picture.data.chunks_exact_mut(2)) {
            pixel
                .copy_from_slice(&[if x < 16 { left } else { 100 }, if x == 16 { 0 } else { 255 }]);
        }
        let mut options = forced(2, &[[0; 3], [255; 3]]);
        options.key = Some([0; 3]);
        quantize(&picture, &options).indices
    };
    let (some, others) = (beside(60), beside(190));
    for (a, b) in some.chunks(33).zip(others.chunks(33)) {
        assert_ne!(a[..16], b[..16]);
        assert_eq!(a[16..], b[16..]);
        assert_eq!(a[16], 2);
    }
}

#[test]
fn colours_that_nothing_mixes_do_not_bleed() {
    // White cannot be made of these grays. Neighbours among them are 4 levels
    // apart, so no more than 4 levels of error pass on, and a gray of 126 gets to
    // 122 to 130 at most, which are nearest to 120 to 132.
    let grays = [120, 124, 128, 132, 136].map(|level| [level; 3]);
    let picture = rgb(64, 64, |x, _| if x < 32 { [255; 3] } else { [126; 3] });
    let indexed = quantize(&picture, &forced(5, &grays));
    for row in indexed.indices.chunks(64) {
        assert!(row[..32].iter().all(|&index| index == 4));
        assert!(row[32..].iter().all(|&index| index <= 3));
    }
}

#[test]
fn the_web_cube_has_six_even_levels() {
    let levels: Vec<u8> = (0..=255).collect();
    let picture = Bitmap { width: 256, height: 1, channels: Channels::Gray, data: levels };
    let indexed = quantize(&picture, &of_kind(Kind::Web, false));
    assert_eq!(indexed.palette.len(), 216);
    for (level, colour) in (0u32..).zip(shown(&indexed)) {
        // steps of 51: rounded to the nearest
        assert_eq!(colour, Some([((level + 25) / 51 * 51) as u8; 3]));
    }
}

#[test]
fn the_macintosh_colours_are_those_of_clut_8() {
    // The order of Inside Macintosh V: six levels a component from white down,
    // then the ramps between.
    let indexed = quantize(&rgb(1, 1, |_, _| [0xdd, 0, 0]), &of_kind(Kind::Mac, true));
    let palette = indexed.palette;
    let known = [
        (0, 0xffffff),
        (1, 0xffffcc),
        (5, 0xffff00),
        (6, 0xffccff),
        (35, 0xff0000),
        (36, 0xccffff),
        (214, 0x000033),
        (215, 0xee0000),
        (216, 0xdd0000),
        (224, 0x110000),
        (225, 0x00ee00),
        (235, 0x0000ee),
        (245, 0xeeeeee),
        (254, 0x111111),
        (255, 0x000000),
    ];
    for (index, colour) in known {
        let [_, r, g, b] = u32::to_be_bytes(colour);
        assert_eq!(palette[index], [r, g, b], "entry {index}");
    }
    let mut distinct = palette.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!((palette.len(), distinct.len()), (256, 256));
    assert_eq!(indexed.indices, [216]);
}

#[test]
fn odd_pictures_work() {
    let key = Some([1, 2, 3]);
    let one = quantize(&rgb(1, 1, |_, _| [4, 5, 6]), &adaptive(2));
    assert_eq!((one.palette, one.indices), (vec![[4, 5, 6]], vec![0]));
    let clear = Bitmap::zeroed(3, 2, Channels::Rgba);
    let clear = quantize(&clear, &Options { key, ..adaptive(2) });
    assert_eq!((clear.palette, clear.transparent), (vec![[1, 2, 3]], Some(0)));
    assert_eq!(clear.indices, [0; 6]);
    let none = quantize(&Bitmap::zeroed(0, 0, Channels::Rgb), &adaptive(256));
    assert_eq!((none.palette, none.indices), (vec![[0; 3]], vec![]));
    let wide = rgb(70_000, 1, |x, _| [(x % 256) as u8, (x / 256) as u8, 77]);
    let wide = quantize(&wide, &adaptive(2));
    assert_eq!((wide.palette.len(), wide.indices.len()), (2, 70_000));
    let high = quantize(&rgb(1, 70_000, |_, y| [(y % 251) as u8; 3]), &adaptive(256));
    assert_eq!((high.palette.len(), high.indices.len()), (251, 70_000));
}

fn options() -> impl Strategy<Value = Options> {
    let list = prop::collection::vec(any::<[u8; 3]>(), 0..5);
    let adaptive = (0u16..=300, list);
    let adaptive = adaptive.prop_map(|(colours, forced)| Kind::Adaptive { colours, forced });
    let kind = prop_oneof![4 => adaptive, 1 => Just(Kind::Web), 1 => Just(Kind::Mac)];
    (kind, any::<bool>(), any::<Option<[u8; 3]>>()).prop_map(|(kind, diffuse, key)| Options {
        kind,
        diffuse,
        key,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    #[test]
    fn any_picture_and_any_options_give_a_sound_result(
        width in 0u32..24,
        height in 0u32..24,
        channels in prop::sample::select(vec![
            Channels::Gray, Channels::GrayAlpha, Channels::Rgb,
            Channels::Rgba, Channels::Cmyk, Channels::CmykAlpha,
        ]),
        bytes in prop::collection::vec(any::<u8>(), 24 * 24 * 5),
        options in options(),
    ) {
        let mut picture = Bitmap::zeroed(width, height, channels);
        let len = picture.data.len();
        picture.data.copy_from_slice(&bytes[..len]);
        let indexed = quantize(&picture, &options);
        prop_assert!((1..=256).contains(&indexed.palette.len()));
        prop_assert_eq!(indexed.indices.len(), (width * height) as usize);
        prop_assert!(indexed.indices.iter().all(|&i| usize::from(i) < indexed.palette.len()));
        prop_assert_eq!(indexed.transparent.is_some(), options.key.is_some());
        if let Some(key) = indexed.transparent {
            prop_assert_eq!(usize::from(key), indexed.palette.len() - 1);
            let n = channels.count();
            for (pixel, index) in picture.data.chunks_exact(n).zip(&indexed.indices) {
                let hidden = channels.has_alpha() && pixel[n - 1] < 128;
                prop_assert_eq!(*index == key, hidden);
            }
        }
    }
}
