"""Mails about jobs, sent to a real mail server (aiosmtpd): when, to whom, and what stands in them (03 §2.5)."""

import email
import email.policy
import socket
import time

from aiosmtpd.controller import Controller

import harness
import library
from harness import SAMPLES
from peers import Grpcio

OWNER, COPY = "anna@example.com", "shop@example.com"


class Box:
    """Keeps what arrives; while `closed` it turns everything away for now."""

    def __init__(self):
        self.mails = []
        self.closed = False

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.closed:
            return "450 4.2.1 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append((envelope.rcpt_tos[0], mail))
        return "250 OK"

    def to(self, address):
        return [mail for recipient, mail in self.mails if recipient == address]


class Post:
    """A mail server, and an offprint server that uses it."""

    def __enter__(self):
        self.box = Box()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.controller = Controller(self.box, hostname="127.0.0.1", port=port, ready_timeout=30)
        self.controller.start()
        self.context = harness.server(
            MAIL__HOST="127.0.0.1", MAIL__PORT=port, MAIL__SECURITY="none", MAIL__FROM="offprint@example.com"
        )
        self.server = self.context.__enter__()
        return self

    def __exit__(self, *error):
        self.controller.stop()
        return self.context.__exit__(*error)


def job(handles, setting, locale="en-US", user=OWNER, **more):
    request = library.export_job(handles, isModifier="wid=8&fmt=png", emailSetting=f"EMAIL_SETTING_{setting}", **more)
    return request | {"userHandle": user, "locale": locale, "jobName": "spring"}


def run(client, request):
    (answer,) = client.call(f"{library.JOBS}/SubmitJob", request)
    library.watch(client, answer["jobHandle"])
    return answer


def assets(client):
    good = library.upload(client, (SAMPLES / "logo.png").read_bytes(), "logo.png")["assetHandle"]
    bad = library.upload(client, (SAMPLES / "logo.png").read_bytes()[:900], "broken.png")["assetHandle"]
    return good, bad


def plain(mail):
    return mail.get_body(("plain",)).get_content()


def test_v55_mails_are_sent_as_the_table_says():
    with Post() as post:
        client = Grpcio(post.server.address)
        good, bad = assets(client)
        expected = 0
        # how many mails each setting is worth at a clean end, and at one with errors
        for setting, clean, errors in [
            ("ALL", 2, 2),
            ("JOB_COMPLETION", 1, 1),
            ("ERROR_AND_WARNING", 0, 1),
            ("ERROR", 0, 1),
            ("NONE", 0, 0),
        ]:
            for handles, count in [([good], clean), ([good, bad], errors)]:
                run(client, job(handles, setting))
                expected += count
        harness.wait_until(lambda: len(post.box.mails) >= expected, 20, f"{expected} mails")
        time.sleep(2)
        assert len(post.box.mails) == expected, [mail["subject"] for _, mail in post.box.mails]
        assert len({mail["message-id"] for _, mail in post.box.mails}) == expected


def test_what_stands_in_a_mail_in_french_and_in_the_copies():
    with Post() as post:
        client = Grpcio(post.server.address)
        good, bad = assets(client)
        options = {"ccEmails": [COPY], "packageMode": "PACKAGE_MODE_ZIP"}
        run(client, job([good], "JOB_COMPLETION", locale="fr-FR", options=options))
        harness.wait_until(lambda: len(post.box.mails) == 2, 20, "the mail and its copy")
        (mail,), (copy,) = post.box.to(OWNER), post.box.to(COPY)
        assert "spring" in mail["subject"] and "succeeded" not in mail["subject"], mail["subject"]
        assert ".zip" in plain(mail) and ".zip" in plain(copy)
        assert "offprint download" in plain(copy)
        assert mail.get_body(("html",)) is not None

        run(client, job([good, bad], "ERROR", options={"ccEmails": [COPY]}))
        harness.wait_until(lambda: len(post.box.to(OWNER)) == 2, 20, "the mail about the error")
        told = plain(post.box.to(OWNER)[1])
        assert "broken.png" in told, told
        assert len(post.box.to(COPY)) == 1, "copies are for what went well"


def test_a_dead_mail_server_changes_nothing_and_the_mail_comes_later():
    with Post() as post:
        client = Grpcio(post.server.address)
        good, _ = assets(client)
        post.box.closed = True
        (answer,) = client.call(f"{library.JOBS}/SubmitJob", job([good], "JOB_COMPLETION"))
        events = library.watch(client, answer["jobHandle"])
        assert events[-1]["jobFinished"]["outcome"] == "JOB_OUTCOME_SUCCEEDED"
        time.sleep(2)
        post.server.kill()
        post.box.closed = False
        post.server.start()
        harness.wait_until(lambda: len(post.box.mails) == 1, 30, "the mail after the restart")


def test_what_keeps_mails_from_being_sent_is_a_warning():
    with harness.server() as server:
        client = Grpcio(server.address)
        good, _ = assets(client)
        answer = run(client, job([good], "ALL"))
        assert "mail.host" in str(answer["warnings"]), answer


if __name__ == "__main__":
    harness.main()
