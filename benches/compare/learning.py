"""One epoch of contrastive divergence (CD-1) of one layer in other libraries, one thread each.

256 visible spins, 128 hidden ones, 10,000 samples of an Ising ring (K2 = 1), minibatches of 128,
step size 0.05. Where the library allows, hidden spins see 3 neighbours with shared weights, as ours
do (NumPy, PyTorch); scikit-learn has dense layers only. Prints versions and samples per second, the
best of a few epochs.

    OMP_NUM_THREADS=1 python learning.py

A library that is not installed is named and left out.
"""

import os

# Before the first import of a library that starts threads.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import platform
import time

import numpy as np

SITES, SAMPLES, BATCH, RATE, COUPLING, EPOCHS = 256, 10_000, 128, 0.05, 1.0, 3
HIDDEN = SITES // 2
START = (0.5, 0.8, 0.5)


def ising_ring(rng):
    """Exact samples of an Ising ring, spins +-1: independent bonds, an even number of them broken."""
    broken = rng.random((SAMPLES, SITES)) < 1 / (1 + np.exp(2 * COUPLING))
    while (odd := broken.sum(axis=1) % 2 == 1).any():
        broken[odd] = rng.random((odd.sum(), SITES)) < 1 / (1 + np.exp(2 * COUPLING))
    steps = np.cumprod(np.where(broken, -1, 1), axis=1)
    return (steps * rng.choice([-1, 1], size=(SAMPLES, 1))).astype(np.float32)


def best_rate(epoch):
    """Samples per second of the fastest of a few epochs; the first also warms up."""
    seconds = []
    for _ in range(EPOCHS):
        begin = time.perf_counter()
        epoch()
        seconds.append(time.perf_counter() - begin)
    return SAMPLES / min(seconds)


def numpy_local(samples, rng):
    """Shared weights, three neighbours: hidden spin j sees sites 2j, 2j + 1, 2j + 2."""
    weights = np.array(START, dtype=np.float32)
    visible_bias = np.zeros(2, dtype=np.float32)
    hidden_bias = np.zeros(1, dtype=np.float32)

    def sampled(field):
        up = rng.random(field.shape, dtype=np.float32) < 1 / (1 + np.exp(-2 * field))
        return np.where(up, np.float32(1), np.float32(-1))

    def fields(v):
        even, odd = v[:, 0::2], v[:, 1::2]
        seen = (even, odd, np.roll(even, -1, axis=1))
        return seen, hidden_bias + sum(w * s for w, s in zip(weights, seen))

    def means(v):
        seen, field = fields(v)
        h = np.tanh(field)
        return (
            np.array([(s * h).mean() for s in seen]),
            np.array([v[:, 0::2].mean(), v[:, 1::2].mean()]),
            h.mean(),
        )

    def epoch():
        nonlocal weights, visible_bias, hidden_bias
        order = rng.permutation(SAMPLES)
        for first in range(0, SAMPLES, BATCH):
            data = samples[order[first : first + BATCH]]
            h = sampled(fields(data)[1])
            fantasy = np.empty_like(data)
            fantasy[:, 0::2] = visible_bias[0] + weights[0] * h + weights[2] * np.roll(h, 1, axis=1)
            fantasy[:, 1::2] = visible_bias[1] + weights[1] * h
            fantasy = sampled(fantasy)
            up, down = means(data), means(fantasy)
            weights = (weights + RATE * (up[0] - down[0])).astype(np.float32)
            visible_bias = (visible_bias + RATE * (up[1] - down[1])).astype(np.float32)
            hidden_bias = (hidden_bias + RATE * (up[2] - down[2])).astype(np.float32)

    rate = best_rate(epoch)
    return rate, f"weights after {EPOCHS} epochs {np.round(weights, 3).tolist()}"


def torch_local(samples):
    """The same layer as a convolution of stride 2 on a ring, and its transpose."""
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(1)
    data = torch.from_numpy(samples)
    weights = torch.tensor(START).reshape(1, 1, 3)
    visible_bias, hidden_bias = torch.zeros(2), torch.zeros(1)

    def sampled(field):
        return torch.where(torch.rand_like(field) < torch.sigmoid(2 * field), 1.0, -1.0)

    def field_of_hidden(v):
        ring = torch.cat([v, v[:, :1]], dim=1).unsqueeze(1)
        return torch.nn.functional.conv1d(ring, weights, stride=2).squeeze(1) + hidden_bias

    def field_of_visible(h):
        line = torch.nn.functional.conv_transpose1d(h.unsqueeze(1), weights, stride=2).squeeze(1)
        line[:, 0] += line[:, SITES]
        return line[:, :SITES] + visible_bias.repeat(HIDDEN)

    def means(v):
        h = torch.tanh(field_of_hidden(v))
        even, odd = v[:, 0::2], v[:, 1::2]
        seen = (even, odd, torch.roll(even, -1, dims=1))
        return torch.stack([(s * h).mean() for s in seen]), torch.stack([even.mean(), odd.mean()]), h.mean()

    @torch.no_grad()
    def epoch():
        nonlocal weights, visible_bias, hidden_bias
        for batch in torch.randperm(SAMPLES).split(BATCH):
            v = data[batch]
            fantasy = sampled(field_of_visible(sampled(field_of_hidden(v))))
            up, down = means(v), means(fantasy)
            weights = weights + RATE * (up[0] - down[0]).reshape(1, 1, 3)
            visible_bias = visible_bias + RATE * (up[1] - down[1])
            hidden_bias = hidden_bias + RATE * (up[2] - down[2])

    rate = best_rate(epoch)
    return rate, f"torch {torch.__version__}, weights {[round(w, 3) for w in weights.flatten().tolist()]}"


def scikit_dense(samples, rng):
    """BernoulliRBM: 256 x 128 dense weights, units 0/1, persistent chains (its only method)."""
    import sklearn
    from sklearn.neural_network import BernoulliRBM

    rbm = BernoulliRBM(n_components=HIDDEN, learning_rate=RATE, batch_size=BATCH, n_iter=1, random_state=1)
    units = (samples + 1) / 2
    rate = best_rate(lambda: rbm.fit(units))
    return rate, f"scikit-learn {sklearn.__version__}, dense, persistent"


def main():
    rng = np.random.default_rng(1)
    samples = ising_ring(rng)
    print(f"Python {platform.python_version()}, NumPy {np.__version__}, {platform.machine()}")
    print(f"{SITES} visible spins, {SAMPLES} samples, minibatch {BATCH}, one epoch, one thread")
    entries = (
        ("NumPy, shared r = 3, CD-1", lambda: numpy_local(samples, rng)),
        ("PyTorch, shared r = 3, CD-1", lambda: torch_local(samples)),
        ("scikit-learn BernoulliRBM", lambda: scikit_dense(samples, rng)),
    )
    for name, run in entries:
        try:
            rate, note = run()
        except ImportError as error:
            print(f"{name:30} absent: {error}")
        else:
            print(f"{name:30} {rate:12,.0f} samples/s   {note}")


if __name__ == "__main__":
    main()
