"""Torchvision's networks, as files and timed: the sum of the squares of what they say of a picture of 224 × 224, and its gradient in the picture.

python3 networks.py export NAME FILE.onnx
python3 networks.py time NAME ITERATIONS THREADS
"""
import json
import re
import sys
import time

import torch
import torchvision


class Loss(torch.nn.Module):
    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, x):
        return (self.network(x) ** 2).sum()


command, name, *rest = sys.argv[1:]
torch.manual_seed(0)
loss = Loss(getattr(torchvision.models, name)().eval())
for parameter in loss.parameters():
    # A last layer that begins as zeros (ViT's) would make all gradients zeros.
    if parameter.dim() > 1 and not parameter.any():
        torch.nn.init.normal_(parameter, std=0.02)
x = torch.rand(1, 3, 224, 224)
if command == "export":
    torch.onnx.export(loss, x, rest[0], opset_version=14, input_names=["x"], output_names=["loss"])
else:
    iterations, threads = map(int, rest)
    torch.set_num_threads(threads)
    # Not for the export: without gradients attention takes a fast path that has no ONNX operator.
    loss.requires_grad_(False)
    x.requires_grad_(True)
    ms = []
    for _ in range(iterations):
        start = time.perf_counter()
        torch.autograd.grad(loss(x), x)
        ms.append(1000 * (time.perf_counter() - start))
    # Not ru_maxrss, in which Linux counts what the parent process took.
    with open("/proc/self/status") as status:
        peak = int(re.search(r"VmHWM:\s+(\d+) kB", status.read())[1])
    print(json.dumps({"ms": ms, "maxRssMB": peak // 1024}))
