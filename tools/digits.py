"""Trains tools/digits/network.ts' network with PyTorch, on batches and from weights that tools/digits.ts wrote, and prints losses and times.

python3 digits.py FOLDER BATCH STEPS OPTIMIZER RATE THREADS float32|float64
"""
import json
import struct
import sys
import time

import torch
from torch import nn

folder, batch, steps, optimizer, rate, threads, precision = sys.argv[1:]
batch, steps, rate = int(batch), int(steps), float(rate)
torch.set_num_threads(int(threads))


def read(name, dtype):
    with open(f"{folder}/{name}", "rb") as file:
        return torch.frombuffer(bytearray(file.read()), dtype=dtype)


def checkpoint():
    with open(f"{folder}/checkpoint", "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = bytearray(file.read())
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            yield name, torch.frombuffer(data[begin:end], dtype=torch.float32).reshape(entry["shape"]).clone()


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 3, padding=1)
        self.conv2 = nn.Conv2d(16, 32, 3, padding=1)
        self.classes = nn.Linear(32 * 49, 10)

    def forward(self, x):
        x = nn.functional.max_pool2d(torch.relu(self.conv1(x)), 2)
        x = nn.functional.max_pool2d(torch.relu(self.conv2(x)), 2)
        return self.classes(x.flatten(1))


network = Network().to(getattr(torch, precision))
network.load_state_dict(dict(checkpoint()))
pictures = read("pictures", torch.float32).to(getattr(torch, precision)).reshape(-1, 1, 28, 28)
labels = read("labels", torch.int32).long()
if optimizer == "adamw":
    stepper = torch.optim.AdamW(network.parameters(), lr=rate)
else:
    stepper = torch.optim.SGD(network.parameters(), lr=rate, momentum=0.9)
losses, times = [], []
for step in range(steps):
    begin = time.process_time()
    part = slice(step * batch % len(pictures), step * batch % len(pictures) + batch)
    stepper.zero_grad()
    loss = nn.functional.cross_entropy(network(pictures[part]), labels[part])
    loss.backward()
    stepper.step()
    losses.append(loss.item())
    times.append(time.process_time() - begin)
print(json.dumps({"losses": losses, "seconds": times, "version": torch.__version__}))
