//! Ruling 16: the same bytes each time, alone and beside other conversions.

use super::commands::plan_of;
use super::*;

const REQUESTS: [&str; 9] = [
    "wid=90&qlt=80",
    "wid=90&fmt=png",
    "crop=20,20,150,120&size=100,0&rotate=17&bgc=ff0000&fmt=webp,,lossless",
    "perspective=10,0,140,20,150,100,0,90&fmt=png-alpha",
    "wid=120&op_usm=1.5,2,3&op_noise=20,gaussian&fmt=png",
    "op_blur=3&op_colorize=200,80,20,norm,50&wid=100",
    "wid=100&fmt=gif",
    "wid=100&fmt=tif,cmyk,lzw",
    "wid=100&jpegSize=3",
];

#[test]
fn fifty_runs_on_one_and_on_two_threads_give_the_same_bytes() {
    let path = format!("{}/samples/rocket.jpg", env!("CARGO_MANIFEST_DIR"));
    let rocket = image::open(path).unwrap().crop_imm(200, 100, 180, 140);
    let source = png(rocket);
    for request in REQUESTS {
        let plan = plan_of(request);
        let first = done(&source, &plan).bytes;
        let again = |runs: usize| {
            for run in 0..runs {
                assert!(done(&source, &plan).bytes == first, "{request}: run {run}");
            }
        };
        // 10 alone, 20 beside 20
        again(10);
        std::thread::scope(|scope| {
            let other = scope.spawn(|| again(20));
            again(20);
            other.join().unwrap();
        });
    }
}
