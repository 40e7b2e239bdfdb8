"""Addresses of these over REST, below /api/v1/."""

from django.urls import path

from annotate.review.api import reviews

BOARD = "campaigns/<slug:slug>/reviews/"
OWN = "reviews/<int:review_id>/"

urlpatterns = [
    path(BOARD, reviews.ReviewList.as_view(), name="api-reviews"),
    path(f"{BOARD}<int:review_id>/", reviews.ReviewDetail.as_view(), name="api-review"),
    path(f"{BOARD}<int:review_id>/claim/", reviews.ClaimReview.as_view(), name="api-review-claim"),
    path(
        "campaigns/<slug:slug>/items/<int:item_id>/review/",
        reviews.AskForReview.as_view(),
        name="api-review-ask",
    ),
    path(f"{OWN}answer/", reviews.AnswerReview.as_view(), name="api-review-answer"),
    path(f"{OWN}accept/", reviews.AcceptReview.as_view(), name="api-review-accept"),
    path(f"{OWN}correct/", reviews.CorrectReview.as_view(), name="api-review-correct"),
    path(f"{OWN}send-back/", reviews.SendBackReview.as_view(), name="api-review-send-back"),
    path(f"{OWN}give-back/", reviews.GiveBackReview.as_view(), name="api-review-give-back"),
]
