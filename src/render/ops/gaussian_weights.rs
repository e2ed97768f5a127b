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

/// Samples up to `reach` away from a Gaussian that stands at `offset`, 0 to
/// below 1, adding up to 1.
fn gaussian(reach: i64, offset: f64, sigma: f64) -> Vec<f32> {
    let sample = |x: i64| {
        let distance = x as f64 - offset;
        let deviations = distance / sigma;
        if distance < -(reach as f64) { 0.0 } else { exp_of_minus(deviations * deviations / 2.0) }
    };
    let samples: Vec<f64> = (-reach..=reach).map(sample).collect();
    let sum: f64 = samples.iter().sum();
    samples.into_iter().map(|value| (value / sum) as f32).collect()
}

/// e^-x for x from 0 on by a series: unlike that of the platform the same on
/// every machine (ruling 16), and 1e-12 exact where e^-x matters to a weight.
fn exp_of_minus(x: f64) -> f64 {
    if x > 100.0 {
        return 0.0;
    }
    let y = -x / 1024.0;
    let small = 1.0 + y * (1.0 + y / 2.0 * (1.0 + y / 3.0 * (1.0 + y / 4.0 * (1.0 + y / 5.0))));
    (0..10).fold(small, |power, _| power * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_series_equals_the_platforms_exponential() {
        for hundredths in 0..=2000 {
            let x = f64::from(hundredths) / 100.0;
            let relative = exp_of_minus(x) / (-x).exp() - 1.0;
            // the terms left out, y^6 / 720 and less, after ten squarings
            let allowed = 1024.0 * (x / 1024.0).powi(6) / 700.0 + 3e-13;
            assert!(relative.abs() <= allowed, "{x}: {relative}");
        }
        assert_eq!(exp_of_minus(f64::INFINITY), 0.0);
    }

    #[test]
    fn the_weights_of_every_output_add_up_to_1() {
        let all = [
            Weights::same_size(50, 2.5, Edge::Replicated),
            Weights::same_size(3, 4.0, Edge::Replicated),
            Weights::same_size(7, 1e-300, Edge::Transparent),
            Weights::reducing((90, 40), 4, 6, 5.0, Edge::Replicated),
            Weights::enlarging((40, 110), 4, 5, 1.25),
        ];
        for weights in all {
            for k in 0..weights.outputs() {
                let (first, shares) = weights.at(k);
                let sum: f32 = shares.iter().sum();
                assert!((sum - 1.0).abs() < 1e-5, "{k}: {sum}");
                assert!(first + shares.len() <= weights.inputs);
            }
        }
    }
}
