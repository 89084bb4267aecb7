"""Settings: where they come from, which wins, and what is said about a wrong one."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
import tomllib
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from pagewitness.config import ConfigError, channels, settings, variables
from pagewitness.config.browsing import Browsing
from pagewitness.config.settings import defaults, load_settings
from pagewitness.config.source_headers import accept_language
from pagewitness.config.user_folders import user_folder
from pagewitness.config.values import parse_duration

CHANNELS = [
    channels.AtomChannel, channels.MailChannel, channels.WebhookChannel, channels.AppriseChannel, channels.HeartbeatChannel,
]  # fmt: skip
ROOT = Path(__file__).parents[2]


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """The environment of a user who has nothing yet."""
    return {"HOME": str(tmp_path)}


def written(folder: Path, text: str) -> Path:
    file = folder / "my.toml"
    file.write_text(text, encoding="utf-8")
    return file


def error(path: Path | None, environ: dict[str, str]) -> str:
    with pytest.raises(ConfigError) as caught:
        load_settings(path, environ)
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_without_file_and_environment_the_defaults_hold(home: dict[str, str]) -> None:
    """And each says that it is one."""
    found = load_settings(None, home)
    assert found.archive.path == f"{home['HOME']}/.local/share/pagewitness/archive.db"
    assert found.network == settings.Network((), 5.0, "", 20.0, 60.0, 64 * 2**20, 2, "", "", "", "", "", "")
    assert found.schedule == settings.Schedule(86400.0, 8, "", "", False, 3600.0, 3 * 86400.0)
    assert found.clean == settings.Clean(20.0, 384, 0)
    assert set(found.origins.values()) == {"default"}
    assert found.sources == Path(f"{home['HOME']}/.config/pagewitness/sources")
    assert dataclasses.replace(found, archive=defaults().archive, sources=defaults().sources) == defaults()


def test_defaults_toml_and_the_dataclasses_have_the_same_keys() -> None:
    """The list of keys is written down once, and the types follow it."""
    tables = {"archive": settings.Archive, "network": settings.Network, "schedule": settings.Schedule}
    tables |= {"clean": settings.Clean, "discover": settings.Discover, "browser": Browsing}
    tables |= {f"notify.{kind.__name__.removesuffix('Channel').lower()}": kind for kind in CHANNELS}
    keys = {f"{table}.{field.name}" for table, kind in tables.items() for field in dataclasses.fields(kind)}
    written_otherwise = {"notify.mail.sender": "notify.mail.from"}
    found = {written_otherwise.get(key, key) for key in keys if not re.fullmatch(r"notify\.\w+\.name", key)}
    assert found == set(defaults().origins)


def test_the_documentation_lists_every_setting_with_its_variable_and_default() -> None:
    """docs/settings.md says what defaults.toml does, and each variable is one that is read."""
    known = variables.known_settings()
    written = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w.]+)` \| `(\w+)` \| `(\w+)` \| `(.+?)` \| .+ \|$", written, re.MULTILINE)
    assert [(table, key) for table, key, _, _ in rows] == [
        (table, key) for table, keys in known.items() for key in keys
    ]
    for table, key, variable, default in rows:
        [(_, named, _)] = variables.from_environment({variable: "x"})
        assert named == f"{table}.{key}"
        assert tomllib.loads(f"is = {default}") == {"is": known[table][key]}


def test_the_examples_of_the_documentation_are_understood(tmp_path: Path, home: dict[str, str]) -> None:
    written_down = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    first, quiet = re.findall(r"```toml\n(.*?)```", written_down, re.DOTALL)
    assert load_settings(written(tmp_path, first), home).network.delay == 10
    assert load_settings(written(tmp_path, quiet), home).schedule.quiet == "22:00-06:00"
    variables = dict(one.split("=") for one in re.findall(r"PAGEWITNESS_\w+=\S+", written_down))
    assert load_settings(None, home | variables).network.allow == (ip_network("127.0.0.0/8"), ip_network("10.1.0.0/16"))


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [("quiet", "22-06", "the hours of a day in which no page is visited, such as 22:00-06:00"),
     ("timezone", "Vilnius", "a time zone such as Europe/Vilnius")],
)  # fmt: skip
def test_what_are_no_quiet_hours_is_told(tmp_path: Path, home: dict[str, str], key: str, value: str, said: str) -> None:
    """Or whose clocks nobody knows."""
    whole = f"[schedule] {key} = '{value}' is not {said}."
    assert whole in error(written(tmp_path, f'[schedule]\n{key} = "{value}"\n'), home)
    assert whole in error(None, home | {f"PAGEWITNESS_SCHEDULE_{key.upper()}": value})


def test_what_is_true_or_false_is_so_in_a_file_and_in_the_environment(tmp_path: Path, home: dict[str, str]) -> None:
    file = written(tmp_path, "[schedule]\nadaptive = true\n")
    assert load_settings(file, home).schedule.adaptive is True
    assert load_settings(file, home | {"PAGEWITNESS_SCHEDULE_ADAPTIVE": "False"}).schedule.adaptive is False
    assert "adaptive = 'yes' is not true or false." in error(None, home | {"PAGEWITNESS_SCHEDULE_ADAPTIVE": "yes"})


def test_secrets_are_read_from_files(tmp_path: Path, home: dict[str, str]) -> None:
    """A variable with _FILE after its name, whatever the setting; the end of the last line does not count."""
    secret = tmp_path / "secret"
    secret.write_text("http://ann:pass@proxy.example:3128\n")
    found = load_settings(None, home | {"PAGEWITNESS_NETWORK_PROXY_FILE": str(secret)})
    assert found.network.proxy == "http://ann:pass@proxy.example:3128"
    assert found.origins["network.proxy"] == "environment PAGEWITNESS_NETWORK_PROXY_FILE"
    secret.write_text("postgresql://ann:pass@db/x\n")
    for name in ("PAGEWITNESS_ARCHIVE_FILE", "PAGEWITNESS_ARCHIVE_PATH_FILE"):
        assert load_settings(None, home | {name: str(secret)}).archive.path == "postgresql://ann:pass@db/x"


def test_a_wrong_file_of_a_secret_is_told(tmp_path: Path, home: dict[str, str]) -> None:
    """With the variable; never with what the file holds."""
    name = "PAGEWITNESS_NETWORK_PROXY_FILE"
    missing = tmp_path / "missing"
    assert (
        error(None, home | {name: str(missing)})
        == f"{missing}, which {name} names, can't be read: No such file or directory."
    )
    both = home | {name: str(missing), "PAGEWITNESS_NETWORK_PROXY": "http://proxy.example"}
    assert "are both set: unset one of them" in error(None, both)
    assert "names no setting of [network]" in error(None, home | {"PAGEWITNESS_NETWORK_PROXI_FILE": str(missing)})
    missing.write_text("ftp://ann:pass@proxy.example")
    said = error(None, home | {name: str(missing)})
    assert "[network] proxy = 'ftp://…@proxy.example' is not the address of a proxy: http://HOST:PORT" in said
    assert "pass" not in said


@pytest.mark.parametrize(
    "proxy",
    ["proxy.example:3128", "socks5://proxy.example", "http://", "http://a:99999", "http://a/path", "http://a b"],
)
def test_what_is_no_proxy(home: dict[str, str], proxy: str) -> None:
    """One sentence, with the form that it takes."""
    said = error(None, home | {"PAGEWITNESS_NETWORK_PROXY": proxy})
    assert "is not the address of a proxy: http://HOST:PORT or https://HOST:PORT." in said


@pytest.mark.parametrize(
    "proxy",
    [
        "ann:s3cret@proxy.example:3128",
        "http://ann:s3/cret@a",
        "http://ann:s3#cret@a",
        "http:/ann:s3cret@a",
        "s3 cret@a",
    ],
)
def test_a_wrong_proxy_is_told_without_its_password(tmp_path: Path, home: dict[str, str], proxy: str) -> None:
    """However it is mistyped, and wherever it is set."""
    for said in (
        error(None, home | {"PAGEWITNESS_NETWORK_PROXY": proxy}),
        error(written(tmp_path, f'[network]\nproxy = "{proxy}"\n'), home),
    ):
        assert "is not the address of a proxy" in said
        assert "cret" not in said


NOBODYS = "~nobody-of-this-name/file"


@pytest.mark.parametrize(
    ("text", "environ"),
    [
        (f'[archive]\npath = "{NOBODYS}"\n', {}),
        (f'[network]\nca_bundle = "{NOBODYS}"\n', {}),
        (f'[sources.vsd]\ncookie_file = "{NOBODYS}"\n', {}),
        ('[sources.vsd]\ncookie_file = "a\\u0000b"\n', {}),
        (None, {"PAGEWITNESS_SETTINGS": NOBODYS}),
        (None, {"PAGEWITNESS_NETWORK_PROXY_FILE": NOBODYS}),
    ],
)
def test_a_path_that_names_no_users_folder_is_told(
    tmp_path: Path, home: dict[str, str], text: str | None, environ: dict[str, str]
) -> None:
    """In one sentence, with the path."""
    said = error(written(tmp_path, text) if text else None, home | environ)
    assert "can't be the path of a file" in said
    assert "nobody" in said or "a\\x00b" in said


def test_paths_in_a_file_begin_at_its_folder(tmp_path: Path, home: dict[str, str]) -> None:
    """The CA bundle like the archive."""
    found = load_settings(written(tmp_path, '[network]\nca_bundle = "ca.pem"\n'), home)
    assert found.network.ca_bundle == str(tmp_path / "ca.pem")


def test_headers_of_a_source(tmp_path: Path, home: dict[str, str]) -> None:
    """Those that may be seen are in the settings, secrets in files beside them, which are read when they are needed."""
    text = '[sources.vsd]\ncookie_file = "cookie"\nheaders_file = "headers"\n[sources.vsd.headers]\nX-A = "1"\n'
    own = load_settings(written(tmp_path, text), home).source_headers["vsd"]
    assert own.headers == (("X-A", "1"),)
    (tmp_path / "cookie").write_text("a=1; b=2\n")
    (tmp_path / "headers").write_text("# for the gate\n\nAuthorization: Basic YTpi\nX-Key:  k:1 \n")
    assert own.secrets() == (("Authorization", "Basic YTpi"), ("X-Key", "k:1"), ("Cookie", "a=1; b=2"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sources = 1\n", "'sources' is a table: write [sources.NAME]"),
        ("[sources]\nvsd = 1\n", "[sources.vsd] is a table"),
        ("[sources.vsd]\ncookie = 'a'\n", "[sources.vsd] has no key 'cookie'; did you mean 'cookie_file'?"),
        ("[sources.vsd]\ncookie_file = 1\n", "[sources.vsd] cookie_file = 1 is not the path of a file."),
        ("[sources.vsd]\nheaders = 1\n", "[sources.vsd] headers is a table"),
        ("[sources.vsd.headers]\nHost = 'x'\n", "the header Host is pagewitness's own to set; leave it out."),
        ("[sources.vsd.headers]\n'a b' = 'x'\n", "'a b' can't be the name of a header."),
        ("[sources.vsd.headers]\nX = 1\n", "the value of the header X is not ASCII text on one line."),
        ('[sources.vsd.headers]\nX = "a\\r\\nY: b"\n', "the value of the header X is not ASCII text on one line."),
    ],
)
def test_wrong_headers_of_a_source_are_told(tmp_path: Path, home: dict[str, str], text: str, said: str) -> None:
    """In one sentence, with the file."""
    file = written(tmp_path, text)
    assert said in error(file, home)
    assert str(file) in error(file, home)


@pytest.mark.parametrize(
    ("text", "said"),
    [("no colon", "has a line without a colon"), ("X: gehe\xefm", "is not ASCII text"), (None, "can't be read")],
)
def test_wrong_files_of_headers_are_told(tmp_path: Path, home: dict[str, str], text: str | None, said: str) -> None:
    """Without the secret."""
    own = load_settings(written(tmp_path, '[sources.vsd]\nheaders_file = "headers"\n'), home).source_headers["vsd"]
    if text is not None:
        (tmp_path / "headers").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=said) as caught:
        own.secrets()
    assert "gehe" not in str(caught.value)
    assert str(tmp_path / "headers") in str(caught.value)


@pytest.mark.parametrize(
    ("languages", "expected"),
    [
        ([], ""),
        (["en"], "en"),
        (["lt"], "lt, en;q=0.8"),
        (["lt", "ru"], "lt, ru;q=0.9, en;q=0.8"),
        (["fr", "de", "it"], "fr, de;q=0.9, it;q=0.8, en;q=0.7"),
        (["de", "en"], "de, en;q=0.9"),
        (["lt", "lt"], "lt, en;q=0.8"),
    ],
)
def test_accept_language(languages: list[str], expected: str) -> None:
    """The languages of a source in their order, and English in the end, which most sites have."""
    assert accept_language(languages) == expected


def test_a_file_overrides_only_what_it_names(tmp_path: Path, home: dict[str, str]) -> None:
    """The rest stays default; the origin is the file's path."""
    file = written(
        tmp_path, '[network]\ndelay = 0.5\nallow = ["127.0.0.0/8", "::1"]\n[schedule]\ninterval = "6h"\n[web]\n'
    )
    found = load_settings(file, home)
    assert found.network.delay == 0.5
    assert found.network.allow == (ip_network("127.0.0.0/8"), ip_network("::1/128"))
    assert found.schedule.interval == 6 * 3600
    assert found.network.timeout == 20
    assert found.origins["network.delay"] == str(file)
    assert found.origins["network.timeout"] == "default"


def test_the_users_own_file_is_found_where_xdg_says(tmp_path: Path, home: dict[str, str]) -> None:
    """`settings.toml` in the config folder, which XDG_CONFIG_HOME may move."""
    for folder, environ in ((".config", home), ("etc", home | {"XDG_CONFIG_HOME": str(tmp_path / "etc")})):
        own = tmp_path / folder / "pagewitness" / "settings.toml"
        own.parent.mkdir(parents=True)
        own.write_text(f'[network]\ncontact = "{folder}"\n')
        assert load_settings(None, environ).network.contact == folder


def test_the_environment_names_a_file_and_an_explicit_one_wins(tmp_path: Path, home: dict[str, str]) -> None:
    """--settings before PAGEWITNESS_SETTINGS."""
    file = written(tmp_path, "[network]\nretries = 7\n")
    other = tmp_path / "other.toml"
    other.write_text("[network]\nretries = 0\n")
    environ = home | {"PAGEWITNESS_SETTINGS": str(other)}
    assert load_settings(None, environ).network.retries == 0
    assert load_settings(file, environ).network.retries == 7


def test_the_environment_overrides_the_file(tmp_path: Path, home: dict[str, str]) -> None:
    """Lists are comma-separated, numbers and durations are read from text."""
    file = written(tmp_path, "[network]\ndelay = 9\n")
    environ = home | {
        "PAGEWITNESS_NETWORK_DELAY": "0.25",
        "PAGEWITNESS_NETWORK_ALLOW": "127.0.0.0/8, 10.0.0.0/8,",
        "PAGEWITNESS_NETWORK_MAX_BYTES": "1000",
        "PAGEWITNESS_SCHEDULE_INTERVAL": "1d",
        "PAGEWITNESS_NETWORK_CONTACT": "https://example.org/bot",
    }
    found = load_settings(file, environ)
    assert (found.network.delay, found.network.max_bytes, found.schedule.interval) == (0.25, 1000, 86400)
    assert found.network.allow == (ip_network("127.0.0.0/8"), ip_network("10.0.0.0/8"))
    assert found.network.contact == "https://example.org/bot"
    assert found.origins["network.delay"] == "environment PAGEWITNESS_NETWORK_DELAY"


def test_the_short_name_of_the_archive_wins(home: dict[str, str]) -> None:
    """PAGEWITNESS_ARCHIVE before PAGEWITNESS_ARCHIVE_PATH; an empty one says nothing."""
    long = home | {"PAGEWITNESS_ARCHIVE_PATH": "long.db"}
    assert load_settings(None, long).archive.path == "long.db"
    both = load_settings(None, long | {"PAGEWITNESS_ARCHIVE": "postgresql://host/short"})
    assert both.archive.path == "postgresql://host/short"
    assert both.origins["archive.path"] == "environment PAGEWITNESS_ARCHIVE"
    assert load_settings(None, long | {"PAGEWITNESS_ARCHIVE": ""}).archive.path == "long.db"


def test_an_archive_named_in_a_file_lies_beside_it(tmp_path: Path, home: dict[str, str]) -> None:
    """Not wherever the command happens to be called; empty means the default, and addresses are left alone."""

    def path(text: str) -> str:
        return load_settings(written(tmp_path, f'[archive]\npath = "{text}"\n'), home).archive.path

    assert path("kept/a.db") == str(tmp_path / "kept" / "a.db")
    assert path("/srv/a.db") == "/srv/a.db"
    assert path("postgresql://host/a") == "postgresql://host/a"
    assert path("") == load_settings(None, home).archive.path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[network]\ndelai = 1\n", "[network] has no key 'delai'; did you mean 'delay'?"),
        ("[network]\nthreads = 1\n", "[network] has no key 'threads'; it belongs to [schedule]."),
        ("[netwrk]\ndelay = 1\n", "there is no table [netwrk]; did you mean 'network'?"),
        ("[zzz]\n", "there is no table [zzz]; there are 'archive', 'network',"),
        ("network = 1\n", "'network' is a table: write [network]"),
        ("[web]\nport = 1\n", "[web] has no key 'port'; it has no keys yet."),
        ("[network]\nretries = 1.5\n", "[network] retries = 1.5 is not a whole number."),
        ("[network]\nretries = true\n", "[network] retries = True is not a whole number."),
        ("[network]\nretries = -1\n", "[network] retries = -1 is not 0 or more."),
        ("[schedule]\nthreads = 0\n", "[schedule] threads = 0 is not more than 0."),
        ('[schedule]\ninterval = "soon"\n', "[schedule] interval = 'soon' is not a duration: seconds as a number, or"),
        ("[schedule]\ninterval = inf\n", "is not a duration"),
        ("[schedule]\nadaptive = 1\n", "[schedule] adaptive = 1 is not true or false."),
        ('[schedule]\nshortest = "4d"\n', "[schedule] shortest is longer than longest: exchange them."),
        ("[network]\ndelay = -1\n", "is not a duration"),
        ("[network]\ndelay = true\n", "is not a duration"),
        ('[network]\nallow = "127.0.0.0/8"\n', "is not a list of networks such as"),
        ("[network]\nallow = [1]\n", "is not a list of networks such as"),
        ('[network]\nallow = ["loopback"]\n', "and 'loopback' is not a network (such as 127.0.0.0/8 or ::1/128)"),
        ('[network]\nallow = ["10.0.0.1/8"]\n', "and '10.0.0.1/8' is not a network (write its first address)"),
        ('[network]\ncontact = "ü"\n', "[network] contact = 'ü' is not ASCII text"),
        ('[network]\ncontact = "a\\r\\nX: b"\n', "is not ASCII text"),
        ("[archive]\npath = 1\n", "[archive] path = 1 is not text on one line."),
        ("[network\n", "is not TOML"),
    ],
)
def test_a_wrong_file_is_told_in_one_sentence(tmp_path: Path, home: dict[str, str], text: str, said: str) -> None:
    """With the file, the key and the nearest spelling."""
    file = written(tmp_path, text)
    sentence = error(file, home)
    assert said in sentence
    assert str(file) in sentence
    assert "\n" not in sentence


def test_a_file_that_was_asked_for_must_exist(tmp_path: Path, home: dict[str, str]) -> None:
    """By --settings or by the environment."""
    missing = tmp_path / "missing.toml"
    assert error(missing, home) == error(None, home | {"PAGEWITNESS_SETTINGS": str(missing)})
    assert f"The settings file {missing} does not exist" in error(missing, home)
    assert "can't be read" in error(tmp_path, home)


def test_a_file_that_is_not_text_is_told(tmp_path: Path, home: dict[str, str]) -> None:
    """Whatever its bytes."""
    file = tmp_path / "binary.toml"
    file.write_bytes(b"\xff\xfe\x00")
    assert f"The settings file {file} is not TOML" in error(file, home)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PAGEWITNESS_NETWORK_DELAI", "1", "names no setting of [network]; did you mean PAGEWITNESS_NETWORK_DELAY?"),
        ("PAGEWITNESS_ARCHIVE_PAHT", "x", "names no setting of [archive]; did you mean PAGEWITNESS_ARCHIVE_PATH?"),
        ("PAGEWITNESS_NETWROK_DELAY", "1", "names no setting; did you mean PAGEWITNESS_NETWORK_DELAY?"),
        ("PAGEWITNESS_DELAY", "1", "names no setting; did you mean PAGEWITNESS_NETWORK_DELAY?"),
        ("PAGEWITNESS_MAX_BYTES", "1", "names no setting; did you mean PAGEWITNESS_NETWORK_MAX_BYTES?"),
        ("PAGEWITNESS_ARCHIV", "x", "names no setting; did you mean PAGEWITNESS_ARCHIVE?"),
        ("PAGEWITNESS_SETING", "x", "names no setting; did you mean PAGEWITNESS_SETTINGS?"),
        ("PAGEWITNESS_QQQ", "1", "names no setting; `pagewitness config` lists the settings."),
        ("PAGEWITNESS_WEB_PORT", "1", "names no setting of [web]; it has no keys yet."),
        ("PAGEWITNESS_NETWORK_DELAY", "soon", "[network] delay = 'soon' is not a duration"),
        ("PAGEWITNESS_NETWORK_RETRIES", "two", "[network] retries = 'two' is not a whole number."),
        ("PAGEWITNESS_NETWORK_ALLOW", "10.0.0.0/99", "and '10.0.0.0/99' is not a network"),
    ],
)
def test_a_wrong_variable_is_told_by_its_name(home: dict[str, str], name: str, value: str, said: str) -> None:
    """The environment is no place for silent typing errors either."""
    sentence = error(None, home | {name: value})
    assert name in sentence
    assert said in sentence


def test_variables_of_others_are_left_alone(home: dict[str, str]) -> None:
    """What begins with PAGEWITNESS_TEST_ belongs to tests and scripts, the rest of our names to us."""
    assert load_settings(
        None, home | {"PAGEWITNESS_TEST_DATABASE": "x", "PAGEWITNESS": "y", "PATH": "z"}
    ) == load_settings(None, home)


@pytest.mark.parametrize(
    ("written", "expected"),
    [(5, 5), (0.5, 0.5), ("90", 90), ("90s", 90), ("15m", 900), ("6h", 21600), ("1d", 86400), (" 1.5 H ", 5400)],
)
def test_durations(written: Any, expected: float) -> None:
    """Seconds as a number, or text with a unit."""
    assert parse_duration(written) == expected


@pytest.mark.parametrize("written", ["", "h", "1w", "-1s", "1h30m", -1, float("nan"), float("inf"), None, True, "٣"])
def test_what_is_no_duration(written: Any) -> None:
    """Is refused, never guessed at."""
    with pytest.raises(ValueError, match="a duration"):
        parse_duration(written)


def test_the_users_folders_by_platform() -> None:
    """As each system wants it; a relative XDG folder is ignored, as its specification says."""
    environ = {"HOME": "/home/ann", "APPDATA": "/roaming", "XDG_DATA_HOME": "relative"}
    assert user_folder("config", environ, "linux") == Path("/home/ann/.config/pagewitness")
    assert user_folder("data", environ, "linux") == Path("/home/ann/.local/share/pagewitness")
    assert user_folder("data", environ, "darwin") == Path("/home/ann/Library/Application Support/pagewitness")
    assert user_folder("config", environ, "win32") == Path("/roaming/pagewitness")
    assert user_folder("data", environ, "win32") == Path("/home/ann/AppData/Local/pagewitness")


def test_settings_import_nothing_heavy() -> None:
    """They are read on every call of the program."""
    code = (
        "import sys; before = set(sys.modules); import pagewitness.config.settings; print(*set(sys.modules) - before)"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"requests", "click", "difflib", "pagewitness.archive", "pagewitness.scraper"} & set(loaded)
