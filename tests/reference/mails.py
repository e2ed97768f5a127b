"""Sends mails of ours through a real mail server (aiosmtpd from PyPI): in the
clear, by STARTTLS and by TLS, with and without a password, to recipients that are
refused for now and for ever. What arrives is read with Python's email package.
Needs aiosmtpd and the openssl command.

    python3 -m venv /tmp/mails && /tmp/mails/bin/pip install aiosmtpd==1.4.6
    /tmp/mails/bin/python tests/reference/mails.py
"""

import email
import email.policy
import os
import ssl
import subprocess
import tempfile

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

TEST = ["cargo", "test", "--lib", "notify::smtp::tests::through_a_real_server", "--"]


class Box:
    """Keeps what arrives, and refuses by the name of the recipient."""

    def __init__(self):
        self.mails = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("later"):
            return "450 4.2.1 try again later"
        if address.startswith("nobody"):
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.mails.append((session.ssl is not None, envelope.rcpt_tos, envelope.content))
        return "250 OK"


def authenticator(server, session, envelope, mechanism, data):
    good = data.login == b"user" and data.password == "pässword".encode()
    return AuthResult(success=good, handled=good)


class StartTls(Controller):
    """Offers STARTTLS and takes mails only after it and a password."""

    def factory(self):
        return SMTP(
            self.handler,
            tls_context=self.start_tls,
            require_starttls=True,
            authenticator=authenticator,
            auth_required=True,
        )


def certificate(folder, name):
    """A server context for localhost, and the authority that vouches for it."""
    path = {end: os.path.join(folder, name + end) for end in ("-ca.key", "-ca.crt", ".key", ".crt")}
    new = "openssl req -x509 -newkey rsa:2048 -nodes -days 2".split()
    authority = ["-subj", f"/CN=authority {name}", "-keyout", path["-ca.key"], "-out", path["-ca.crt"]]
    subprocess.run([*new, *authority], check=True, capture_output=True)
    signer = ["-CA", path["-ca.crt"], "-CAkey", path["-ca.key"]]
    names = ["-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=CA:FALSE"]
    server = ["-subj", "/CN=localhost", "-keyout", path[".key"], "-out", path[".crt"]]
    subprocess.run([*new, *signer, *names, *server], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path[".crt"], path[".key"])
    return context, path["-ca.crt"]


def send(port, security, trusted, to="Ana <ana@example.com>", **more):
    settings = {"host": "localhost", "security": security, "from": "Export <x@example.com>"}
    settings |= {"user": "", "password": ""} | more
    lines = [f'{key} = "{value}"' for key, value in settings.items()]
    toml = "\n".join([*lines, f"port = {port}", "timeout_seconds = 10"])
    environment = dict(
        os.environ, OFFPRINT_SMTP=toml, OFFPRINT_SMTP_TO=to, SSL_CERT_FILE=trusted
    )
    command = [*TEST, "--ignored", "--nocapture"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    verdicts = [line for line in done.stdout.splitlines() if "verdict: " in line]
    assert len(verdicts) == 1, done.stdout + done.stderr
    return verdicts[0].split("verdict: ")[1]


def check(mail):
    message = email.message_from_bytes(mail, policy=email.policy.default)
    assert message["Subject"] == "[Acme] export « été » : réussi", message["Subject"]
    assert message["From"] == "Export <x@example.com>"
    assert message["Message-ID"] == "<j-7-end-1@example.com>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "multipart/alternative"
    plain, html = message.iter_parts()
    # A line of one dot must survive.
    assert plain.get_content().splitlines() == ["Début", ".", "fin"], plain.get_content()
    assert html.get_content().strip() == "<p>Début</p>"
    assert not message.defects and not plain.defects and not html.defects
    assert all(len(line) <= 998 for line in mail.split(b"\r\n"))
    return message


def main(folder):
    context, ours = certificate(folder, "ours")
    _, other = certificate(folder, "other")
    box = Box()
    clear = Controller(box, hostname="localhost", port=0)
    starttls = StartTls(box, hostname="localhost", port=0)
    starttls.start_tls = context
    tls = Controller(box, hostname="localhost", port=0, ssl_context=context)
    ports = []
    for controller in (clear, starttls, tls):
        controller.port = free_port()
        controller.start()
        ports.append(controller.port)
    clear_port, starttls_port, tls_port = ports
    login = {"user": "user", "password": "pässword"}

    def expect(verdict, *arguments, **more):
        found = send(*arguments, **more)
        assert found.startswith(verdict), (verdict, found)
        print(f"{arguments[1]:8} {found}")

    expect("sent", clear_port, "none", other)
    expect("sent", starttls_port, "starttls", ours, **login)
    expect("sent", tls_port, "tls", ours)
    # aiosmtpd notes STARTTLS; where TLS comes first, it could not talk without.
    assert [start_tls for start_tls, _, _ in box.mails] == [False, True, False]
    for _, recipients, mail in box.mails:
        assert recipients == ["ana@example.com"]
        check(mail)
    expect("transient", clear_port, "none", other, to="later@example.com")
    expect("permanent", clear_port, "none", other, to="nobody@example.com")
    expect("permanent", starttls_port, "starttls", ours, user="user", password="wrong")
    expect("permanent", starttls_port, "starttls", ours)
    expect("permanent", starttls_port, "starttls", other, **login)
    expect("permanent", tls_port, "tls", other)
    expect("permanent", clear_port, "starttls", ours)
    expect("transient", free_port(), "tls", ours)
    assert len(box.mails) == 3
    for controller in (clear, starttls, tls):
        controller.stop()
    print("all as expected")


def free_port():
    import socket

    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return probe.getsockname()[1]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        main(folder)
