"""Live red teaming: people try to make the learner fail, in a conversation.

Owns chats and turns. May use `work` and what is below it.
"""
