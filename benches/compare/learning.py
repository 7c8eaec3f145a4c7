"""Learning of one layer, ours and other libraries' side by side, one thread each, on the same samples.

256 visible spins, 128 hidden ones, 10,000 samples of an Ising ring (K2 = 1), which `holoscope sample`
draws. Ours: maximum likelihood on the exact gradient. The others: CD-1 in minibatches of 128, step size
0.05. Where the library allows, hidden spins see 3 neighbours with shared weights, as ours do (NumPy,
PyTorch); scikit-learn has dense layers only. Prints versions, samples per second, and the exact
-ln p per spin of what each has learned (a dense layer has no closed form): a faster wrong answer would
show there.

    python learning.py HOLOSCOPE      the release program; the bench is run by `cargo bench --bench learning`

A library that is not installed is named and left out.
"""

import os

# Before the first import of a library that starts threads.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import platform
import subprocess
import sys
import tempfile
import time

import numpy as np

SITES, SAMPLES, BATCH, RATE, COUPLING, EPOCHS = 256, 10_000, 128, 0.05, 1.0, 10
HIDDEN = SITES // 2
START = (0.5, 0.8, 0.5)


def ising_ring(program):
    """The rows that the bench of ours learns from, as spins +-1."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "spins.npy")
        settings = ("theory.kind=chain", f"theory.k2={COUPLING}", f"learning.sites={SITES}", "learning.seed=1")
        command = [program, "sample", "-o", path, "--count", str(SAMPLES), "--quiet"]
        subprocess.run(command + [word for s in settings for word in ("--set", s)], check=True)
        return np.load(path).astype(np.float32)


def exact_nll(samples, weights, visible_bias, hidden_bias):
    """-<ln p> per spin of a shared layer on a ring: hidden spins form an Ising chain, ln Z is a trace."""
    w, c, b = (np.asarray(x, dtype=float).ravel() for x in (weights, visible_bias, hidden_bias))
    even, odd = samples[:, 0::2].astype(float), samples[:, 1::2].astype(float)
    field = b[0] + w[0] * even + w[1] * odd + w[2] * np.roll(even, -1, axis=1)
    log_weight = (c[0] * even + c[1] * odd + np.logaddexp(field, -field)).sum(axis=1)
    h = np.array([1.0, -1.0])
    cosh = lambda x: np.logaddexp(x, -x)
    site = b[0] * h + cosh(c[1] + w[1] * h)
    bond = cosh(c[0] + w[2] * h[:, None] + w[0] * h[None, :])
    transfer = np.exp(bond + 0.5 * (site[:, None] + site[None, :]))
    log_z = np.log((np.linalg.eigvals(transfer).real ** HIDDEN).sum())
    return (log_z - log_weight.mean()) / SITES


def ours():
    """RESULT lines of the bench, as numbers by name."""
    output = subprocess.run(
        ["cargo", "bench", "--bench", "learning"], capture_output=True, text=True, check=True
    ).stdout
    lines = (line.split() for line in output.splitlines() if line.startswith("RESULT"))
    return {name: float(value) for _, name, value, _ in lines}


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
    return rate, exact_nll(samples, weights, visible_bias, hidden_bias), f"weights {np.round(weights, 3).tolist()}"


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
    nll = exact_nll(samples, weights.numpy(), visible_bias.numpy(), hidden_bias.numpy())
    return rate, nll, f"torch {torch.__version__}, weights {[round(w, 3) for w in weights.flatten().tolist()]}"


def scikit_dense(samples, rng):
    """BernoulliRBM: 256 x 128 dense weights, units 0/1, persistent chains (its only method)."""
    import sklearn
    from sklearn.neural_network import BernoulliRBM

    rbm = BernoulliRBM(n_components=HIDDEN, learning_rate=RATE, batch_size=BATCH, n_iter=1, random_state=1)
    units = (samples + 1) / 2
    rate = best_rate(lambda: rbm.fit(units))
    return rate, None, f"scikit-learn {sklearn.__version__}, dense, persistent"


def main():
    rng = np.random.default_rng(1)
    samples = ising_ring(sys.argv[1])
    print(f"Python {platform.python_version()}, NumPy {np.__version__}, {platform.machine()}")
    print(f"{SITES} visible spins, {SAMPLES} samples, minibatch {BATCH}, {EPOCHS} epochs, one thread")
    print(f"{'':32} {'samples/s':>14}  -ln p per spin")
    mine = ours()
    for name in ("shared", "own"):
        rate, nll = 1e6 * mine[f"{name}_epoch_throughput"], mine[f"{name}_nll_per_spin"]
        converged, steps = mine[f"{name}_converged"], mine[f"{name}_iterations"]
        note = f"counting included; converged in {converged:.2f} ms, {steps:.0f} iterations"
        print(f"{'ours, ' + name + ' weights, one epoch':32} {rate:14,.0f}  {nll:.6f}   {note}")
    entries = (
        ("NumPy, shared r = 3, CD-1", lambda: numpy_local(samples, rng)),
        ("PyTorch, shared r = 3, CD-1", lambda: torch_local(samples)),
        ("scikit-learn BernoulliRBM", lambda: scikit_dense(samples, rng)),
    )
    for name, run in entries:
        try:
            rate, nll, note = run()
        except ImportError as error:
            print(f"{name:32} absent: {error}")
            continue
        likelihood = "no closed form" if nll is None else f"{nll:.6f}"
        ratios = [1e6 * mine[f"{ours_name}_epoch_throughput"] / rate for ours_name in ("shared", "own")]
        note += f"; ours {ratios[0]:,.0f} x (shared), {ratios[1]:,.0f} x (own)"
        print(f"{name:32} {rate:14,.0f}  {likelihood}   {note}")


if __name__ == "__main__":
    main()
