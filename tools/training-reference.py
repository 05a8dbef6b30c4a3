"""Trains a small network with BatchNorm in PyTorch, in float64, for the tests: python3 tools/training-reference.py test/training

Writes batch-norm.onnx, the network before, exported in the training form, and batch-norm.safetensors: the batches, `losses`, and what
weights and running statistics are after the last step.
"""
import json
import struct
import sys

import torch
from torch import nn

steps, batch = 12, 8


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.norm = nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4)
        self.second, self.last = nn.Conv2d(4, 4, 3, stride=2), nn.BatchNorm2d(4, momentum=0.3)
        self.classes = nn.Linear(16, 3)

    def forward(self, x):
        x = torch.relu(self.norm(self.first(x)))
        return self.classes(torch.relu(self.last(self.second(x))).flatten(1))


torch.manual_seed(1)
network = Network().train()
pictures, labels = torch.randn(steps, batch, 1, 7, 7), torch.randint(3, (steps, batch))
torch.onnx.export(
    network,
    pictures[0],
    f"{sys.argv[1]}/batch-norm.onnx",
    input_names=["x"],
    output_names=["scores"],
    training=torch.onnx.TrainingMode.TRAINING,
    do_constant_folding=False,
    opset_version=14,
)
# The exporter has run it once already, and writes the running statistics that there are then.
network.double().train()
stepper = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
losses = []
for x, y in zip(pictures.double(), labels):
    stepper.zero_grad()
    loss = nn.functional.cross_entropy(network(x), y)
    loss.backward()
    stepper.step()
    losses.append(loss.detach())
values = {"x": pictures, "labels": labels, "losses": torch.stack(losses), **network.state_dict()}
header, data = {}, b""
for name, value in values.items():
    begin = len(data)
    data += value.double().numpy().tobytes()
    header[name] = {"dtype": "F64", "shape": list(value.shape), "data_offsets": [begin, len(data)]}
text = json.dumps(header).encode()
with open(f"{sys.argv[1]}/batch-norm.safetensors", "wb") as file:
    file.write(struct.pack("<Q", len(text)) + text + data)
