"""The processes of one training, as torchrun and Azure ML start them."""

from __future__ import annotations

import os
from typing import Any

import torch
import torch.distributed as dist


class Processes:
    """One process, or as many as WORLD_SIZE says."""

    def __init__(self) -> None:
        self.world = int(os.environ.get("WORLD_SIZE", "1"))
        self.rank = int(os.environ.get("RANK", "0"))
        self.device = torch.device("cpu")
        if torch.cuda.is_available():
            self.device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
            torch.cuda.set_device(self.device)
        if self.several:
            dist.init_process_group("nccl" if self.device.type == "cuda" else "gloo")

    @property
    def several(self) -> bool:
        return self.world > 1

    @property
    def is_first(self) -> bool:
        return self.rank == 0

    def share(self, value: Any) -> Any:
        """What the first process has, in all of them."""
        if not self.several:
            return value
        box = [value]
        dist.broadcast_object_list(box, src=0, device=self.device)
        return box[0]

    def any(self, flag: bool) -> bool:
        """Whether it is so in one of them."""
        if not self.several:
            return flag
        found = torch.tensor(int(flag), device=self.device)
        dist.all_reduce(found, op=dist.ReduceOp.MAX)
        return bool(found.item())

    def end(self) -> None:
        if self.several and dist.is_initialized():
            dist.destroy_process_group()
