"""Lets torchvision be imported where its compiled operators do not fit the PyTorch that is installed
(CPU builds): none of them is used here, only its transforms. Where there is none, transformers does without."""
import contextlib

import torch

_register = torch.library.register_fake


def _lenient(name, *rest, **more):
    if isinstance(name, str) and name.startswith("torchvision::"):
        return lambda function: function
    return _register(name, *rest, **more)


torch.library.register_fake = _lenient
with contextlib.suppress(ModuleNotFoundError):
    import torchvision  # noqa: E402, F401

torch.library.register_fake = _register
