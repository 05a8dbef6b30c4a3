"""Exports networks to ONNX, with the gradients that PyTorch's autograd finds of them in float64.

python3 reference.py FOLDER

Reads a line with a network's name and the number of a draw of its weights and inputs, writes NAME.onnx and NAME.safetensors into the folder,
and answers with a line of JSON; the networks are those of networks.py and operators.py. In the safetensors are the inputs, d loss / d each of
these that is a float, `gradient.INPUT`, and of small networks d loss / d each parameter, `gradient.PARAMETER`. The name `list`, with any number,
is answered with all names. Of a network with inputs of several sizes each of these has its number before its name: `0/`, `1/`, …
"""
import json
import struct
import sys
import warnings

import torch
from torch import nn

from networks import networks
from open_networks import open_networks
from operators import operators

# Of a network with more parameters only the gradients of its inputs are compared: those of weights take their place again and again.
most_parameters = 2_000_000

everything = {**networks, **operators, **open_networks}


class WithLoss(nn.Module):
    """A network and its loss: the sum of what it gives, each number times a random one, over the root of their count."""

    def __init__(self, network, example):
        super().__init__()
        self.network = network
        for i, output in enumerate(tensors(network(*example))):
            self.register_buffer(f"weight{i}", torch.randn_like(output) / output.numel() ** 0.5)

    def forward(self, *inputs):
        outputs = tensors(self.network(*inputs))
        return sum((output * getattr(self, f"weight{i}")).sum() for i, output in enumerate(outputs))


class WithOpenLoss(nn.Module):
    """A network and a loss of whatever size it gives: the mean of y · sin(y)."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, *inputs):
        return sum((y * torch.sin(y)).mean() for y in tensors(self.network(*inputs)))


def tensors(output):
    """What a network gives, in order: floats in tuples and dictionaries in one another."""
    if isinstance(output, torch.Tensor):
        return [output] if output.is_floating_point() else []
    inside = output.values() if isinstance(output, dict) else output
    return [tensor for part in inside for tensor in tensors(part)]


def settle(network, example):
    """
    Gives every BatchNorm statistics, half of what it sees and half those that it begins with, so that activations of random weights are of
    one size, as trained ones are. And makes all parameters different: where some are equal, zeros mostly, the exporter writes them once.
    """
    for parameter in network.parameters():
        parameter.data += 0.01 * torch.randn_like(parameter)
    norms = [part for part in network.modules() if isinstance(part, nn.modules.batchnorm._BatchNorm)]
    if not norms:
        return
    for norm in norms:
        norm.momentum = 0.5
    network.train()
    with torch.no_grad():
        network(*(torch.cat([x + 0.3 * torch.randn_like(x) for _ in range(4)]) for x in example))
    network.eval()


def gradients(model, inputs, names, dtype):
    """d loss / d each float input and parameter, by name, in float64."""
    model.to(dtype)
    inputs = [x.detach().to(dtype) if x.is_floating_point() else x for x in inputs]
    wanted = {name: x.requires_grad_() for name, x in zip(names, inputs) if x.is_floating_point()}
    wanted.update((name, x.requires_grad_()) for name, x in model.named_parameters() if x.requires_grad)
    loss = model(*inputs)
    found = torch.autograd.grad(loss, list(wanted.values()), allow_unused=True)
    zeros = (torch.zeros_like(x) if g is None else g for x, g in zip(wanted.values(), found))
    return loss.item(), {name: g.double() for name, g in zip(wanted, zeros)}


def relative(found, exact):
    """The relative L2 distance of some gradients, taken together; of none 0."""
    apart, size = (sum(float(g.square().sum()) for g in some) for some in ((found[n] - exact[n] for n in exact), exact.values()))
    return (apart / size) ** 0.5 if size > 0 else 0.0


def write_safetensors(path, values):
    header, data = {}, b""
    for name, value in values.items():
        begin = len(data)
        data += value.detach().contiguous().double().numpy().tobytes()
        header[name] = {"dtype": "F64", "shape": list(value.shape), "data_offsets": [begin, len(data)]}
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def make(folder, name, draw):
    torch.manual_seed(sum(name.encode()) + 100_000 * int(draw))
    network = everything[name]()
    module = network.module.eval()
    settle(module, network.inputs)
    model = (WithOpenLoss(module) if network.others else WithLoss(module, network.inputs)).eval()
    names = [f"input{i}" for i in range(len(network.inputs))]
    parameters = sum(x.numel() for x in model.parameters())
    for parameter in model.parameters():
        parameter.requires_grad_(parameters <= most_parameters)
    loss, exact = gradients(model, network.inputs, names, torch.float64)
    # How far float32 may be off is what it is at most for the inputs and their neighbours: rounding decides on which side of a bend a value
    # falls, and in PyTorch that is another one from run to run.
    near = [[x * (1 + k * 2**-23) if x.is_floating_point() else x for x in network.inputs] for k in (0, 1, -1)]
    singles = [gradients(model, inputs, names, torch.float32)[1] for inputs in near]
    of_inputs, of_parameters = ({n: g for n, g in exact.items() if (n in names) == is_input} for is_input in (True, False))
    torch.onnx.export(
        model,
        network.inputs,
        f"{folder}/{name}.onnx",
        input_names=names,
        output_names=["loss"],
        opset_version=network.opset,
        do_constant_folding=network.folded,
        dynamic_axes={names[i]: axes for i, axes in network.dynamic.items()},
    )
    values = {}
    for i, inputs in enumerate([network.inputs, *network.others]):
        size = f"{i}/" if network.others else ""
        found = gradients(model, inputs, names, torch.float64)[1] if i > 0 else exact
        values.update((size + name, x) for name, x in zip(names, inputs))
        values.update((f"{size}gradient.{n}", g) for n, g in found.items())
    write_safetensors(f"{folder}/{name}.safetensors", values)
    return {
        "loss": loss,
        "inputs": max(relative(single, of_inputs) for single in singles),
        "parameters": max(relative(single, of_parameters) for single in singles),
        "dynamic": bool(network.dynamic),
        "opset": network.opset,
    }


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    for line in sys.stdin:
        try:
            name, draw = line.split()
            answer = list(everything) if name == "list" else make(sys.argv[1], name, draw)
        except Exception as error:  # The next one may go.
            answer = {"error": f"{type(error).__name__}: {error}".splitlines()[0]}
        print(json.dumps(answer), flush=True)
