from importlib import import_module

from torch import nn

from layers import Named, conv, matlab_bicubic

SOURCE = "layers as in PISR's release (Lee et al., ECCV 2020), its deconvolution with padding 4 and output padding s - 1"
CASES = [
    dict(scale=2, features=6, shrunk=5, sees="hr", student=dict(features=8, shrunk=4, mapping=1)),
    dict(scale=3, features=6, shrunk=5, sees="hr", student=dict(features=8, shrunk=4, mapping=1)),
    dict(scale=4, features=6, shrunk=5, sees="lr", student=dict(features=8, shrunk=4, mapping=1)),
]
# Encoder and decoder, of either scale.
PUBLISHED = [dict(scale=scale, features=56, shrunk=12, sees="hr", student=dict(features=56, shrunk=12, mapping=4)) for scale in (2, 3, 4)]
SIZE = (12, 6)


def network(scale, features, shrunk, sees, student):
    """Encoder to one channel of LR size, then FSRCNN with one slope per layer. `sees` lr: of the bicubic image."""
    encoder = nn.Sequential(
        conv(1, features, 5), nn.PReLU(),
        conv(features, features, 5, stride=scale), nn.PReLU(),
        conv(features, shrunk), nn.PReLU(),
        conv(shrunk, 1),
    )
    decoder = import_module("sr.fsrcnn").network(scale, **student, slopes="layer")
    decoder.last_part = nn.ConvTranspose2d(student["features"], 1, 9, stride=scale, padding=4, output_padding=scale - 1)
    decoder.call = lambda m, x: m.last_part(m.mid_part(m.first_part(x)))
    m = Named(
        lambda m, x: m.decoder(m.encoder(matlab_bicubic(x, scale) if sees == "lr" else x)), encoder=encoder, decoder=decoder
    )
    m.channels = 1
    return m
