"""Where the work files and the exported weights lie, and the settings of the run."""

from pathlib import Path

HERE = Path(__file__).parent
WORK = HERE / ".work"
EXPORT = HERE.parent / "assistant" / "models" / "starter"
SEED = 20261120
END, PAD, START = "<|im_end|>", "<|endoftext|>", "<|im_start|>"
