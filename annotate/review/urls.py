"""Addresses of the board and of one review."""

from django.urls import path

from annotate.review.views import board, review

BOARD = "reviews/<slug:slug>/"
ONE = f"{BOARD}<int:review_id>/"

urlpatterns = [
    path(BOARD, board.board, name="reviews"),
    path(f"{BOARD}ask/<int:item_id>/", board.ask, name="review-ask"),
    path(ONE, review.review, name="review"),
    path(f"{ONE}claim/", review.claim, name="review-claim"),
    path(f"{ONE}give-back/", review.hand_back, name="review-give-back"),
    path(f"{ONE}decide/", review.decide, name="review-decide"),
]
