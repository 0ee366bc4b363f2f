"""Whether each record's gradient can be clipped by itself, and the model that does so."""

from __future__ import annotations

import torch
from opacus.distributed import DifferentiallyPrivateDistributedDataParallel
from opacus.grad_sample import GradSampleModule
from opacus.validators import ModuleValidator
from torch import nn

from .data import Records
from .errors import InputError
from .model_code import ModelCode, check_labels
from .processes import Processes

# Batch normalisation shares nothing but this base.
_BATCH_NORM = nn.modules.batchnorm._BatchNorm
_REPLACEMENTS = (
    (nn.modules.instancenorm._InstanceNorm, "keeps statistics of the records it sees", "set track_running_stats=False"),
    (_BATCH_NORM, "makes what a record gives depend on the others of its batch", "use GroupNorm or LayerNorm"),
    (nn.LSTM, "gives no gradient for each record", "use opacus.layers.DPLSTM"),
    (nn.GRU, "gives no gradient for each record", "use opacus.layers.DPGRU"),
    (nn.RNN, "gives no gradient for each record", "use opacus.layers.DPRNN"),
    (nn.MultiheadAttention, "gives no gradient for each record", "use opacus.layers.DPMultiheadAttention"),
)


def check_model(model: nn.Module) -> None:
    """Passes for a module whose gradients Opacus can take for each record."""
    if not isinstance(model, nn.Module):
        raise InputError(f"build of model.py returns a {type(model).__name__}; return a torch.nn.Module")
    if not any(parameter.requires_grad for parameter in model.parameters()):
        raise InputError("the model of build has no parameter to learn; leave at least one unfrozen")
    for name, module in model.named_modules():
        for kind, reason, replacement in _REPLACEMENTS:
            if not isinstance(module, kind):
                continue
            if isinstance(module, nn.modules.instancenorm._InstanceNorm) and not module.track_running_stats:
                break
            raise InputError(
                f"layer {name or 'of the whole model'!r} is {type(module).__name__}, which {reason}, so that no clipping bounds"
                f" what one record does; {replacement}"
            )
    model.train()
    others = ModuleValidator.validate(model, strict=False)
    if others:
        raise InputError(f"Opacus cannot take the model: {others[0]}; change build of model.py")


def probe(model: nn.Module, code: ModelCode, records: Records) -> None:
    """Passes where a record gives the same in whatever company it is, and has a loss of its own.

    Normalisation over a batch is found so in layers of one's own, too, that no list knows.
    """
    rows = torch.arange(4) % len(records.x)
    others = torch.cat((rows[:1], torch.arange(4, 7) % len(records.x)))
    answers = []
    for chosen in (rows, others):
        torch.manual_seed(0)  # so that dropout drops the same of the first record
        with torch.no_grad():
            output = model(records.x[chosen])
        if not isinstance(output, torch.Tensor) or output.shape[:1] != chosen.shape:
            raise InputError("the model of build gives no tensor with a row for each record; return one from forward")
        answers.append(output[0])
    if not torch.allclose(*answers, rtol=1e-4, atol=1e-6):
        raise InputError(
            "what the model gives for a record depends on the others of its batch, so that no clipping bounds what one record"
            " does; normalise each record by itself, such as with LayerNorm, and leave means over the batch out of forward"
        )
    if not code.has_own_loss:
        check_labels(records.y, output.shape[1] if output.dim() > 1 else 1)
    losses = code.loss(output, records.y[others])
    if losses.shape != (len(others),):
        raise InputError(
            f"the loss has the shape {tuple(losses.shape)} for {len(others)} records; return one value for each record, as"
            " reduction='none' does, since a mean over the batch cannot be clipped by record"
        )


def private_model(model: nn.Module, processes: Processes) -> GradSampleModule:
    """The model with a gradient for each record; where there are several processes, with the first one's weights."""
    wrapped = DifferentiallyPrivateDistributedDataParallel(model) if processes.several else model
    try:
        # the losses are added up, so each record's gradient is that of its own loss
        private = GradSampleModule(wrapped, batch_first=True, loss_reduction="sum")
    except NotImplementedError as error:
        raise InputError(f"Opacus cannot take the model: {error}; change build of model.py") from error
    private.forbid_grad_accumulation()
    return private
