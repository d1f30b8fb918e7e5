"""The steps of workloads.cjs in JAX: EDSR, L1, Adam, the state donated; workload 3 with CSD's contrast over VGG19.

Arguments: workload steps [highest|default]. Prints the median milliseconds of a step that is waited for, and the mean of one among many that are not.
"""

import statistics
import sys
import time

import jax
import jax.numpy as jnp

# features, blocks, scale, batch, side of the LR patch
SHAPES = {0: (16, 4, 2, 8, 24), 1: (32, 8, 2, 8, 48), 2: (64, 16, 2, 4, 48), 3: (32, 4, 4, 10, 10), 4: (64, 16, 4, 16, 48)}
WIDTH, NEGATIVES = 0.25, 10

which, steps = int(sys.argv[1]), int(sys.argv[2])
precision = sys.argv[3] if len(sys.argv) > 3 else 'highest'
features, blocks, scale, batch, side = SHAPES[which]
if precision != 'default':
    jax.config.update('jax_default_matmul_precision', precision)
keys = iter(jax.random.split(jax.random.key(0), 4 * blocks + 64))
factors = [2, 2] if scale == 4 else [scale]


def layer(inputs, outputs):
    bound = (9 * inputs) ** -0.5
    return {'w': jax.random.uniform(next(keys), (3, 3, inputs, outputs), minval=-bound, maxval=bound), 'b': jnp.zeros(outputs)}


params = {
    'head': layer(3, features),
    'body': [layer(features, features) for _ in range(2 * blocks + 1)],
    'up': [layer(features, features * r * r) for r in factors],
    'tail': layer(features, 3),
}
CHANNELS = [64, 64, 128, 128, 256, 256, 256, 256, 512, 512, 512, 512, 512]
VGG = [layer(i, o) for i, o in zip([3, *CHANNELS], CHANNELS)] if which == 3 else []


def conv(p, x, outputs):
    w = p['w'][:, :, : x.shape[3], :outputs]
    return jax.lax.conv_general_dilated(x, w, (1, 1), 'SAME', dimension_numbers=('NHWC', 'HWIO', 'NHWC')) + p['b'][:outputs]


def shuffled(x, r):
    n, h, w, c = x.shape
    return x.reshape(n, h, w, r, r, c // r**2).transpose(0, 1, 3, 2, 4, 5).reshape(n, h * r, w * r, c // r**2)


def edsr(p, x, width):
    n = round(features * width)
    first = h = conv(p['head'], x, n)
    for i in range(blocks):
        h = h + conv(p['body'][2 * i + 1], jax.nn.relu(conv(p['body'][2 * i], h, n)), n)
    h = first + conv(p['body'][-1], h, n)
    for part, r in zip(p['up'], factors):
        h = shuffled(conv(part, h, n * r * r), r)
    return conv(p['tail'], h, 3)


def vgg(layers, x):
    h, found = 255 * x, []
    for i, part in enumerate(layers):
        if i in (2, 4, 8, 12):
            h = jax.lax.reduce_window(h, -jnp.inf, jax.lax.max, (1, 2, 2, 1), (1, 2, 2, 1), 'VALID')
        h = jax.nn.relu(conv(part, h, part['b'].shape[0]))
        if i in (0, 2, 4, 8, 12):
            found.append(h)
    return found


def l1(a, b):
    return jnp.abs(a - b).mean()


def objective(p, layers, lr, hr):
    if which != 3:
        return l1(edsr(p, lr, 1), hr)
    teacher, student = edsr(p, lr, 1), edsr(p, lr, WIDTH)
    positive = vgg(layers, jax.lax.stop_gradient(teacher))
    negative = vgg(layers, jax.image.resize(lr[:NEGATIVES], (NEGATIVES, scale * side, scale * side, 3), 'bicubic'))
    term = 0
    for weight, a, q, n in zip((1 / 32, 1 / 16, 1 / 8, 1 / 4, 1), vgg(layers, student), positive, negative):
        term = term + weight * l1(a, q) / (sum(l1(a, n[i : i + 1]) for i in range(NEGATIVES)) + 1e-7)
    return l1(student, hr) + 200 / 255 * term + l1(teacher, hr)


def step(state, layers, lr, hr):
    p, m, v, t = state
    loss, g = jax.value_and_grad(objective)(p, layers, lr, hr)
    t = t + 1
    m = jax.tree.map(lambda a, b: 0.9 * a + 0.1 * b, m, g)
    v = jax.tree.map(lambda a, b: 0.999 * a + 0.001 * b * b, v, g)
    p = jax.tree.map(lambda q, a, b: q - 1e-4 * (a / (1 - 0.9**t)) / (jnp.sqrt(b / (1 - 0.999**t)) + 1e-8), p, m, v)
    return (p, m, v, t), loss


run = jax.jit(step, donate_argnums=0)


def zeros():
    return jax.tree.map(jnp.zeros_like, params)


state = (params, zeros(), zeros(), jnp.float32(0))
lr = jax.random.uniform(next(keys), (batch, side, side, 3))
hr = jax.random.uniform(next(keys), (batch, scale * side, scale * side, 3))
begun = time.perf_counter()
state, loss = run(state, VGG, lr, hr)
loss.block_until_ready()
compiled = time.perf_counter() - begun
for _ in range(5):
    state, loss = run(state, VGG, lr, hr)
    loss.block_until_ready()
waiting = []
for _ in range(steps):
    begun = time.perf_counter()
    state, loss = run(state, VGG, lr, hr)
    float(loss)
    waiting.append(1000 * (time.perf_counter() - begun))
begun = time.perf_counter()
for _ in range(steps):
    state, loss = run(state, VGG, lr, hr)
loss.block_until_ready()
streaming = 1000 * (time.perf_counter() - begun) / steps
platform = jax.devices()[0].platform
print(f'jax {jax.__version__} {platform} workload {which} {precision}: waiting {statistics.median(waiting):.2f} ms, streaming {streaming:.2f} ms, first call {compiled:.1f} s')
