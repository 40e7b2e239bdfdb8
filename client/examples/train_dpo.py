"""Train on what a campaign has learned so far, with TRL.

OVERSIGHT_URL=http://localhost:8000 OVERSIGHT_TOKEN=… python train_dpo.py word-problems MODEL OUT
"""

import os
import sys

from oversight_client import Client


def main(slug: str, model: str, out: str) -> None:
    with Client(os.environ["OVERSIGHT_URL"], os.environ["OVERSIGHT_TOKEN"]) as oversight:
        # TRL's loss does not read p_w and p_l: labels that are likelier wrong are left out.
        export = oversight.campaign(slug).export("preferences", believed=0.8)
        dataset = export.to_datasets(progress=True)
    from trl import DPOConfig, DPOTrainer

    config = DPOConfig(output_dir=out, num_train_epochs=1, report_to=[])
    columns = dataset.select_columns(["prompt", "chosen", "rejected"])
    trainer = DPOTrainer(model=model, args=config, train_dataset=columns)
    trainer.train()
    trainer.save_model(out)


if __name__ == "__main__":
    main(*sys.argv[1:4])
