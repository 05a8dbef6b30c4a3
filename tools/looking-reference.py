"""What float64 PyTorch sees in a small picture with a small network: weights and numbers for test/looking/look.test.ts.

    python3 tools/looking-reference.py test/looking
"""
import json
import sys
from pathlib import Path

import torch
from torch.nn.functional import conv2d, max_pool2d, relu

torch.manual_seed(7)
width, height = 14, 10
picture = torch.randint(0, 256, (height, width, 3))
shapes = {'first': (4, 3, 3, 3), 'second': (5, 4, 3, 3)}
# As float32 has them.
weights = {name: (torch.randn(shape) * 0.4).double() for name, shape in shapes.items()}
biases = {name: (torch.randn(shape[0]) * 0.2).double() for name, shape in shapes.items()}


def second(seen):
    first = relu(conv2d(seen, weights['first'], biases['first'], padding=1))
    return conv2d(max_pool2d(first, 2), weights['second'], biases['second'], padding=1)


def figures(activation):
    found = []
    for channel, own in enumerate(activation[0]):
        at = int(own.argmax())
        y, x = divmod(at, own.shape[1])
        found.append({
            'channel': channel, 'mean': float(own.mean()), 'zeros': float((own == 0).double().mean()),
            'min': float(own.min()), 'max': float(own.max()), 'at': {'x': x, 'y': y},
        })
    return sorted(found, key=lambda one: -one['mean'])


def gram(activation):
    matrix = activation[0].flatten(1)
    return (matrix @ matrix.T / matrix.shape[1]).flatten().tolist()


seen = (picture.double() / 255).permute(2, 0, 1)[None]
before = second(seen)
after = relu(before)
Path(sys.argv[1], 'reference.json').write_text(json.dumps({
    'width': width, 'height': height, 'rgb': picture.flatten().tolist(),
    'weights': {name: value.flatten().tolist() for name, value in weights.items()},
    'biases': {name: value.tolist() for name, value in biases.items()},
    'layers': {name: {'channels': figures(value), 'gram': gram(value)} for name, value in (('sum', before), ('seen', after))},
}) + '\n')
