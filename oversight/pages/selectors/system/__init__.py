"""What the installation is made of and how it does: workers, model servers, what failed, storage."""
