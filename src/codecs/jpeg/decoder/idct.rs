//! Inverse discrete cosine transforms to 8 x 8, 4 x 4, 2 x 2 and one pixel, in
//! integers.
//!
//! The 8 x 8 transform is that of Loeffler, Ligtenberg and Moschytz (ICASSP
//! 1989) with the constants, roundings and order of passes of the IJG's
//! accurate integer method, so that pixels are equal to libjpeg's. The smaller
//! ones are transforms of the low coefficients alone, which is an ideal
//! low-pass in each block; libjpeg-turbo averages pixels there.

use std::num::Wrapping;

use super::block::Block;

/// Broken files may have coefficients beyond any sense; sums of them wrap.
type Int = Wrapping<i32>;

/// Bits behind the point in the constants.
const CONST_BITS: usize = 13;
/// More bits behind the point between the passes than before.
const PASS1_BITS: usize = 2;
const SHIFT1: usize = CONST_BITS - PASS1_BITS;
const SHIFT2: usize = CONST_BITS + PASS1_BITS + 3;

// Multiplied with 2^13, from the cosines cK = cos(K * pi / 16).
const FIX_0_298: i16 = 2446;
const FIX_0_390: i16 = 3196;
const FIX_0_541: i16 = 4433;
const FIX_0_765: i16 = 6270;
const FIX_0_899: i16 = 7373;
const FIX_1_175: i16 = 9633;
const FIX_1_501: i16 = 12299;
const FIX_1_847: i16 = 15137;
const FIX_1_961: i16 = 16069;
const FIX_2_053: i16 = 16819;
const FIX_2_562: i16 = 20995;
const FIX_3_072: i16 = 25172;

/// 16 x 16 to 32 bits, which is the multiplication that vector units have.
#[inline(always)]
fn times(value: i16, factor: i16) -> Int {
    Wrapping(i32::from(value) * i32::from(factor))
}

/// One transform of 8 coefficients, 2^13 times too large.
#[inline(always)]
fn eight(c: [i16; 8]) -> [Int; 8] {
    let middle = times(c[2], FIX_0_541) + times(c[6], FIX_0_541 - FIX_1_847);
    let outer = times(c[2], FIX_0_541 + FIX_0_765) + times(c[6], FIX_0_541);
    let sum = Wrapping(i32::from(c[0]) + i32::from(c[4])) << CONST_BITS;
    let difference = Wrapping(i32::from(c[0]) - i32::from(c[4])) << CONST_BITS;
    let even = [sum + outer, difference + middle, difference - middle, sum - outer];

    let (z3, z4) = (c[7].wrapping_add(c[3]), c[5].wrapping_add(c[1]));
    let w3 = times(z3, FIX_1_175 - FIX_1_961) + times(z4, FIX_1_175);
    let w4 = times(z3, FIX_1_175) + times(z4, FIX_1_175 - FIX_0_390);
    let odd = [
        times(c[7], -FIX_0_899) + times(c[1], FIX_1_501 - FIX_0_899) + w4,
        times(c[5], -FIX_2_562) + times(c[3], FIX_3_072 - FIX_2_562) + w3,
        times(c[5], FIX_2_053 - FIX_2_562) + times(c[3], -FIX_2_562) + w4,
        times(c[7], FIX_0_298 - FIX_0_899) + times(c[1], -FIX_0_899) + w3,
    ];
    [
        even[0] + odd[0],
        even[1] + odd[1],
        even[2] + odd[2],
        even[3] + odd[3],
        even[3] - odd[3],
        even[2] - odd[2],
        even[1] - odd[1],
        even[0] - odd[0],
    ]
}

/// Between the passes: divides by 2^11, rounded. What does not fit is broken.
#[inline(always)]
fn after_columns(value: Int) -> i16 {
    let value = (value + Wrapping(1 << (SHIFT1 - 1))) >> SHIFT1;
    value.0.clamp(i16::MIN.into(), i16::MAX.into()) as i16
}

/// A pixel: divides by 2^18, rounded. Samples are stored around 0.
#[inline(always)]
fn after_rows(value: Int) -> u8 {
    let value = (value + Wrapping(1 << (SHIFT2 - 1))) >> SHIFT2;
    pixel(value.0 as i16)
}

/// The nearest pixel; `value` has at most 14 bits.
#[inline(always)]
fn pixel(value: i16) -> u8 {
    (value + 128).clamp(0, 255) as u8
}

/// Turns rows of bytes into columns.
#[inline(always)]
fn transpose(mut rows: [u64; 8]) -> [u64; 8] {
    const MASKS: [u64; 3] = [0x00ff_00ff_00ff_00ff, 0x0000_ffff_0000_ffff, 0xffff_ffff];
    for (step, mask) in [1, 2, 4].into_iter().zip(MASKS) {
        for row in (0..8).filter(|row| row & step == 0) {
            let swapped = (rows[row] >> (8 * step) ^ rows[row + step]) & mask;
            rows[row + step] ^= swapped;
            rows[row] ^= swapped << (8 * step);
        }
    }
    rows
}

/// Columns, then rows, of a block whose coefficients at or beyond row or column
/// `N` are 0.
#[inline(never)]
fn eight_by_eight<const N: usize>(block: &Block, out: &mut [u8], stride: usize) {
    let mut columns = [[0i16; 8]; 8];
    for x in 0..N {
        let mut c = [0; 8];
        for (y, c) in c.iter_mut().enumerate().take(N) {
            *c = block[8 * y + x];
        }
        let sums = eight(c);
        for y in 0..8 {
            columns[y][x] = after_columns(sums[y]);
        }
    }
    let mut turned = [[0i16; 8]; 8];
    for x in 0..N {
        for y in 0..8 {
            turned[x][y] = columns[y][x];
        }
    }
    let mut rows = [[0u8; 8]; 8];
    for y in 0..8 {
        let mut c = [0; 8];
        for (x, c) in c.iter_mut().enumerate().take(N) {
            *c = turned[x][y];
        }
        let sums = eight(c);
        for x in 0..8 {
            rows[x][y] = after_rows(sums[x]);
        }
    }
    for (y, row) in transpose(rows.map(u64::from_le_bytes)).into_iter().enumerate() {
        if let Some(to) = out.get_mut(y * stride..).and_then(|rest| rest.first_chunk_mut()) {
            *to = row.to_le_bytes();
        }
    }
}

/// One transform of 4 coefficients, 2^13 times too large.
#[inline(always)]
fn four(c: [i16; 4]) -> [Int; 4] {
    let sum = Wrapping(i32::from(c[0]) + i32::from(c[2])) << CONST_BITS;
    let difference = Wrapping(i32::from(c[0]) - i32::from(c[2])) << CONST_BITS;
    let outer = times(c[1], FIX_0_541 + FIX_0_765) + times(c[3], FIX_0_541);
    let inner = times(c[1], FIX_0_541) + times(c[3], FIX_0_541 - FIX_1_847);
    [sum + outer, difference + inner, difference - inner, sum - outer]
}

#[inline(never)]
fn four_by_four(block: &Block, out: &mut [u8], stride: usize) {
    let mut turned = [[0i16; 4]; 4];
    for x in 0..4 {
        let sums = four([block[x], block[8 + x], block[16 + x], block[24 + x]]);
        for y in 0..4 {
            turned[x][y] = after_columns(sums[y]);
        }
    }
    let mut rows = [[0u8; 4]; 4];
    for y in 0..4 {
        let sums = four([turned[0][y], turned[1][y], turned[2][y], turned[3][y]]);
        for x in 0..4 {
            rows[y][x] = after_rows(sums[x]);
        }
    }
    for (y, row) in rows.iter().enumerate() {
        if let Some(to) = out.get_mut(y * stride..).and_then(|rest| rest.first_chunk_mut()) {
            *to = *row;
        }
    }
}

fn two_by_two(block: &Block, out: &mut [u8], stride: usize) {
    let [a, b, c, d] = [block[0], block[1], block[8], block[9]].map(i32::from);
    let rows = [[a + b + c + d, a - b + c - d], [a + b - c - d, a - b - c + d]];
    for (y, row) in rows.iter().enumerate() {
        if let Some(to) = out.get_mut(y * stride..).and_then(|rest| rest.first_chunk_mut()) {
            *to = row.map(|sum| pixel(((sum + 4) >> 3) as i16));
        }
    }
}

/// Transforms a block to `size` x `size` pixels (1, 2, 4 or 8) at the start of
/// `out`, whose rows are `stride` bytes apart. `last` is the place of the last
/// coefficient that is not 0 in zigzag order.
#[inline]
pub(super) fn transform(block: &Block, last: usize, size: usize, out: &mut [u8], stride: usize) {
    if last == 0 {
        let level = pixel(((i32::from(block[0]) + 4) >> 3) as i16);
        for row in out.chunks_mut(stride).take(size) {
            if let Some(row) = row.get_mut(..size) {
                row.fill(level);
            }
        }
        return;
    }
    match size {
        // Places 0 to 9 are a triangle in the upper left 4 x 4.
        8 if last < 10 => eight_by_eight::<4>(block, out, stride),
        8 => eight_by_eight::<8>(block, out, stride),
        4 => four_by_four(block, out, stride),
        _ => two_by_two(block, out, stride),
    }
}
