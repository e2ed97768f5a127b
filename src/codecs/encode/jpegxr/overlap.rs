//! The first overlap filter (T.832 9.9, one level): before the transform it
//! takes the steps between blocks of 4 x 4 into the blocks, so that a decoder
//! smooths them again. In lifting steps, like the transform.

/// Values of one component of the whole image, in rows, its sides multiples of 16.
pub(super) struct Plane {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) values: Vec<i32>,
}

impl Plane {
    /// Filters across every corner of blocks, along the edges, and in the four
    /// corners of the image.
    pub(super) fn overlap(&mut self) {
        let (right, bottom) = (self.width - 2, self.height - 2);
        for y in (4..self.height).step_by(4) {
            for x in (4..self.width).step_by(4) {
                self.inside(x, y);
            }
        }
        for x in (4..self.width).step_by(4) {
            for y in [0, 1, bottom, bottom + 1] {
                self.edge([x - 2, x - 1, x, x + 1].map(|x| (x, y)));
            }
        }
        for y in (4..self.height).step_by(4) {
            for x in [0, 1, right, right + 1] {
                self.edge([y - 2, y - 1, y, y + 1].map(|y| (x, y)));
            }
        }
        for (x, y) in [(0, 0), (right, 0), (0, bottom), (right, bottom)] {
            self.edge([(x, y), (x + 1, y), (x, y + 1), (x + 1, y + 1)]);
        }
    }

    /// Four values along an edge.
    fn edge(&mut self, places: [(usize, usize); 4]) {
        let at = places.map(|(x, y)| y * self.width + x);
        let [mut a, mut b, mut c, mut d] = at.map(|index| self.values[index]);
        a += d;
        b += c;
        d -= (a + 1) >> 1;
        c -= (b + 1) >> 1;
        rotate(&mut c, &mut d);
        scale_edge(&mut a, &mut d);
        scale_edge(&mut b, &mut c);
        d += (a + 1) >> 1;
        c += (b + 1) >> 1;
        a -= d;
        b -= c;
        for (index, value) in at.into_iter().zip([a, b, c, d]) {
            self.values[index] = value;
        }
    }

    /// Sixteen values around the corner where four blocks meet.
    fn inside(&mut self, x: usize, y: usize) {
        // Quarters from the corner outwards: inner, outer across, outer down, outermost.
        let steps = [(0, 0), (1, 0), (0, 1), (1, 1)];
        let at = |x: usize, y: usize| y * self.width + x;
        let places = steps.map(|(i, j)| {
            [at(x - 1 - i, y - 1 - j), at(x + i, y - 1 - j), at(x - 1 - i, y + j), at(x + i, y + j)]
        });
        let mut p = places.map(|quad| quad.map(|index| self.values[index]));
        for quad in &mut p {
            *quad = scale(*quad);
        }
        let [p0, p1, p2, p3] = &mut p;
        rotate(&mut p2[2], &mut p3[2]);
        rotate(&mut p0[2], &mut p1[2]);
        rotate(&mut p1[1], &mut p3[1]);
        rotate(&mut p0[1], &mut p2[1]);
        [p0[3], p1[3], p2[3], p3[3]] = rotate_both([p0[3], p1[3], p2[3], p3[3]]);
        for (quad, places) in p.into_iter().zip(places) {
            for (index, value) in places.into_iter().zip(mix(quad)) {
                self.values[index] = value;
            }
        }
    }
}

fn rotate(a: &mut i32, b: &mut i32) {
    *b -= (*a + 1) >> 1;
    *a += (*b + 1) >> 1;
}

/// Sums and differences of four, and the scaling of the first and the last.
fn scale([mut a, mut b, c, d]: [i32; 4]) -> [i32; 4] {
    let (mut last, mut third) = (c, d);
    a += third;
    b -= last;
    third = ((a - b) >> 1) - third;
    last += b >> 1;
    b += third;
    a -= (last * 3 + 4) >> 3;
    stretch(&mut a, &mut last);
    [a, b, third, last]
}

fn scale_edge(a: &mut i32, d: &mut i32) {
    *d = -*d;
    *a -= *d;
    *d += *a >> 1;
    *a -= (*d * 3 + 4) >> 3;
    stretch(a, d);
}

fn stretch(a: &mut i32, d: &mut i32) {
    *d -= *a >> 7;
    *d += *a >> 10;
    *d -= (*a * 3) >> 4;
    *a -= (*d * 3) >> 3;
    *d = (*a >> 1) - *d;
    *a -= *d;
}

/// Rotation by pi/8 across and along; rounds otherwise than the transform's.
fn rotate_both([mut a, mut b, mut c, mut d]: [i32; 4]) -> [i32; 4] {
    d += a;
    c -= b;
    let (half_d, half_c) = (d >> 1, c >> 1);
    a -= half_d;
    b += half_c;
    a += (b * 3 + 4) >> 3;
    b -= (a * 3 + 2) >> 2;
    a += (b * 3 + 6) >> 3;
    b -= half_c;
    a += half_d;
    c += b;
    d -= a;
    [a, b, c, d]
}

/// Two by two sums and differences, halved.
fn mix([mut a, mut b, c, d]: [i32; 4]) -> [i32; 4] {
    a += d;
    b -= c;
    let half = (a - b) >> 1;
    let (third, last) = (half - d, half - c);
    [a - last, b + third, third, last]
}
