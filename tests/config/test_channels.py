"""Channels: the tables below `[notify]`, one of a kind or several, and what is said about a wrong one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pagewitness.config import ConfigError
from pagewitness.config.channels import Notify
from pagewitness.config.settings import load_settings

ROOT = Path(__file__).parents[2]


def loaded(folder: Path, text: str, **environ: str) -> Notify:
    file = folder / "settings.toml"
    file.write_text(text)
    return load_settings(file, {"HOME": str(folder)} | environ).notify


def test_without_tables_there_are_no_channels(tmp_path: Path) -> None:
    assert loaded(tmp_path, "").channels == []


def test_channels_of_a_kind_have_what_the_table_above_them_has(tmp_path: Path) -> None:
    """And that one is no channel then."""
    text = """
        [notify.mail]
        host = "mail.example.org"
        from = "archive@example.org"
        password_file = "secret"
        [notify.mail.editors]
        to = "editors@example.org"
        [notify.mail.boss]
        to = ["boss@example.org"]
        security = "tls"
        every = "day"
    """
    (tmp_path / "secret").write_text("hush\n")
    editors, boss = loaded(tmp_path, text).mail
    assert (editors.name, editors.port, editors.to, editors.every) == (
        "mail.editors",
        587,
        ("editors@example.org",),
        "run",
    )
    assert (boss.name, boss.port, boss.every, boss.host) == ("mail.boss", 465, "day", "mail.example.org")
    assert editors.password() == "hush"


def test_each_key_is_a_variable(tmp_path: Path) -> None:
    """Lists have commas; addresses of services may have commas in them."""
    found = loaded(
        tmp_path, "", PAGEWITNESS_NOTIFY_WEBHOOK_URL="https://example.org/hook", PAGEWITNESS_NOTIFY_WEBHOOK_SECRET_FILE="/s",
        PAGEWITNESS_NOTIFY_MAIL_HOST="localhost", PAGEWITNESS_NOTIFY_MAIL_TO="a@example.org, b@example.org",
        PAGEWITNESS_NOTIFY_MAIL_FROM="c@example.org", PAGEWITNESS_NOTIFY_MAIL_NEW_FIRST="true",
        PAGEWITNESS_NOTIFY_APPRISE_URLS="json://one/?a=1,2, ntfy://two",
    )  # fmt: skip
    assert [(one.url, one.secret_file) for one in found.webhook] == [("https://example.org/hook", "/s")]
    assert [(one.to, one.sender, one.new_first) for one in found.mail] == [
        (("a@example.org", "b@example.org"), "c@example.org", True)
    ]
    assert found.apprise[0].urls == ("json://one/?a=1,2", "ntfy://two")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[notify.mial]\nhost = "x"', "there is no table [notify.mial]; did you mean 'mail'?"),
        ('[[notify.webhook]]\nurl = "https://x.example"', "write [notify.webhook] and its keys below, or [notify.webhook.NAME]"),
        ('[notify.webhook]\nurll = "x"', "[notify.webhook] has no key 'urll'; did you mean 'url'?"),
        ('[notify.webhook.desk]\nurll = "x"', "[notify.webhook.desk] has no key 'urll'; did you mean 'url'?"),
        ('[notify.webhook.Desk]\nurl = "x"', "write the name in small letters, digits, - and _."),
        ('[notify.webhook]\nurl = "ftp://ann:s3cret@x.example"', "[notify.webhook] url is not an address that begins with https://"),
        ('[notify.mail]\nto = "me@example.org"', "[notify.mail] needs host, such as host = "),
        ('[notify.mail]\nhost = "x"\nfrom = "a@b.example"', "[notify.mail] needs to, such as"),
        ('[notify.mail]\nhost = "x"\nfrom = "a@b.example"\nto = ["a\\nb"]', "is not a list of texts"),
        ('[notify.mail]\nhost = "x"\nfrom = "nobody"\nto = "a@b.example"', "'nobody' is not an address of mail"),
        ('[notify.mail]\nhost = "x"\nevery = "hour"', "[notify.mail] every = 'hour' is not one of change, run, day."),
        ('[notify.mail]\nnew_first = "perhaps"', "is not true or false"),
    ],
)  # fmt: skip
def test_a_wrong_channel_is_one_sentence_without_secrets(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, text)
    assert said in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_examples_of_the_documentation_are_understood(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "be-told.md").read_text(encoding="utf-8")
    examples = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    assert len(examples) >= 5
    for example in examples:
        assert loaded(tmp_path, example).channels
