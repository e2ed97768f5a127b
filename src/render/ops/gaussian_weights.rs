//! Weights of a Gaussian along one axis of a picture.

/// What lies outside a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edge {
    /// The pixels of the edge, repeated.
    Replicated,
    /// Nothing: transparent.
    Transparent,
}

/// Weighted sums that turn `inputs` samples of an axis into `outputs` samples.
///
/// Output k stands at k * stride / phases + shift in inputs. Only the weights
/// of each phase and those at the ends are kept, so that a long axis costs nothing.
#[derive(Debug)]
pub(super) struct Weights {
    inputs: usize,
    outputs: usize,
    stride: usize,
    shift: i64,
    reach: i64,
    phases: Vec<Vec<f32>>,
    /// First input and weights of the outputs whose sums reach outside.
    ends: Vec<(usize, Vec<f32>)>,
    /// The outputs between the ends.
    inner: std::ops::Range<usize>,
}

impl Weights {
    /// As many outputs as inputs.
    pub fn same_size(length: usize, sigma: f64, edge: Edge) -> Weights {
        Weights::new((length, length), (1, 1, 0), sigma, edge)
    }

    /// One output for `factor` inputs, and `margin` outputs outside at the start.
    pub fn reducing(
        (inputs, outputs): (usize, usize),
        factor: usize,
        margin: usize,
        sigma: f64,
        edge: Edge,
    ) -> Weights {
        let shift = -((margin * factor) as i64);
        Weights::new((inputs, outputs), (factor, 1, shift), sigma, edge)
    }

    /// `factor` outputs for one input, after `margin` inputs. `sigma` is in inputs.
    pub fn enlarging(
        (inputs, outputs): (usize, usize),
        factor: usize,
        margin: usize,
        sigma: f64,
    ) -> Weights {
        let steps = (1, factor, margin as i64);
        Weights::new((inputs, outputs), steps, sigma, Edge::Transparent)
    }

    fn new(
        (inputs, outputs): (usize, usize),
        (stride, phases, shift): (usize, usize, i64),
        sigma: f64,
        edge: Edge,
    ) -> Weights {
        let reach = reach(sigma);
        let phases: Vec<Vec<f32>> =
            (0..phases).map(|phase| gaussian(reach, phase as f64 / phases as f64, sigma)).collect();
        let mut weights =
            Weights { inputs, outputs, stride, shift, reach, phases, ends: vec![], inner: 0..0 };
        let start = (0..outputs).find(|k| weights.is_inner(*k)).unwrap_or(outputs);
        let end = (start..outputs).rev().find(|k| weights.is_inner(*k)).map_or(start, |k| k + 1);
        weights.ends = (0..start).chain(end..outputs).map(|k| weights.cut(k, edge)).collect();
        weights.inner = start..end;
        weights
    }

    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// The outputs next to each other that use the same weights, shifted by
    /// one input each; none where the axis is reduced or enlarged.
    pub fn run(&self) -> Option<(std::ops::Range<usize>, &[f32])> {
        (self.stride == 1 && self.phases.len() == 1).then(|| (self.inner.clone(), &*self.phases[0]))
    }

    /// First input and weights of output `k`. Both ends of the inputs never
    /// move back from one output to the next.
    pub fn at(&self, k: usize) -> (usize, &[f32]) {
        if self.inner.contains(&k) {
            return (self.first(k) as usize, &self.phases[k % self.phases.len()]);
        }
        let end = if k < self.inner.start { k } else { k - self.inner.len() };
        let (first, weights) = &self.ends[end];
        (*first, weights)
    }

    fn first(&self, k: usize) -> i64 {
        (k * self.stride / self.phases.len()) as i64 + self.shift - self.reach
    }

    fn is_inner(&self, k: usize) -> bool {
        let first = self.first(k);
        first >= 0 && first + self.phases[0].len() as i64 <= self.inputs as i64
    }

    /// The weights of output `k`, those outside given to the edge or dropped.
    fn cut(&self, k: usize, edge: Edge) -> (usize, Vec<f32>) {
        let last_input = self.inputs as i64 - 1;
        let whole = &self.phases[k % self.phases.len()];
        let start = self.first(k);
        let end = start + whole.len() as i64 - 1;
        let (first, last) = match edge {
            Edge::Replicated => (start.clamp(0, last_input), end.clamp(0, last_input)),
            Edge::Transparent => (start.clamp(0, last_input + 1), end.clamp(-1, last_input)),
        };
        let mut weights = vec![0.0; (last - first + 1).max(0) as usize];
        for (at, weight) in (start..).zip(whole) {
            let at = match edge {
                Edge::Replicated => at.clamp(0, last_input),
                Edge::Transparent => at,
            };
            if (first..=last).contains(&at) {
                weights[(at - first) as usize] += weight;
            }
        }
        (first as usize, weights)
    }
}

/// Inputs on either side that count: four sigma.
pub(super) fn reach(sigma: f64) -> i64 {
    (4.0 * sigma).ceil().max(1.0) as i64
}

/// Samples of a Gaussian that stands at `offset`, 0 to below 1, adding up to 1.
fn gaussian(reach: i64, offset: f64, sigma: f64) -> Vec<f32> {
    let last = reach + i64::from(offset > 0.0);
    let sample = |x: i64| {
        let distance = x as f64 - offset;
        (-distance * distance / (2.0 * sigma * sigma)).exp()
    };
    let sum: f64 = (-reach..=last).map(sample).sum();
    // phases of one length, so that all outputs reach equally far
    let end = reach + 1;
    let padded = (-reach..=end).map(|x| if x <= last { (sample(x) / sum) as f32 } else { 0.0 });
    padded.collect()
}
