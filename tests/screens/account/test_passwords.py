"""A password is taken as it was typed, and changed by whoever knows the old one."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from tests.conftest import Database
from tests.officers import PASSWORD, enter, make_officer

SIGN_IN = "/tai-khoan/dang-nhap/"
CHANGE = "/tai-khoan/mat-khau/"


def change(client: Client, old: str, new: str) -> int:
    form = {"oldpassword": old, "password1": new, "password2": new}
    return int(client.post(CHANGE, form).status_code)


@pytest.mark.parametrize("old", ["", "not the old one at all", PASSWORD.upper(), f"{PASSWORD} "])
def test_without_the_old_password_there_is_no_new_one(
    client: Client, fresh_db: Database, old: str
) -> None:
    officer = make_officer()
    enter(client, officer)
    assert change(client, old, "chín con đò trên sông") == 200
    assert get_user_model().objects.get(pk=officer.id).check_password(PASSWORD)


@pytest.mark.parametrize(
    "new",
    ["chín con đò trên sông " * 6, " đầu và cuối có dấu cách ", "chỉ toàn là chữ thường thôi"],
    ids=["132 characters", "spaces", "small letters"],
)
def test_any_password_long_enough_is_taken_to_the_letter(
    client: Client, fresh_db: Database, new: str
) -> None:
    officer = make_officer()
    enter(client, officer)
    assert change(client, PASSWORD, new) == 302
    for given, signs_in in ((new[:-1], False), (new.upper(), False), (new, True)):
        answer = Client().post(SIGN_IN, {"login": officer.username, "password": given})
        assert (answer.status_code == 302) is signs_in, given
