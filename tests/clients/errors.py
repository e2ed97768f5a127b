"""What a person reads when something is wrong: refusals with every field named, and the errors of single assets."""

import harness
import library
from harness import SAMPLES
from library import JOBS
from peers import BufCurl, CallFailed, Grpcio, Grpcurl

INVALID_JOB_FIELDS = ["export_job.asset_handle_array.items[1]", "export_job.is_modifier", "export_job.macro"]


def refused(client, method, *messages):
    """The refusal of a call that must not succeed."""
    try:
        answers = client.call(method, *messages)
    except CallFailed as failure:
        return failure
    raise AssertionError(f"{client.name}: {method} accepted {messages}: {answers}")


def submit_with_three_faults(client):
    asset = library.upload(client, (SAMPLES / "rocket.jpg").read_bytes(), "rocket.jpg")
    job = library.export_job([asset["assetHandle"], "zz"], isModifier="wid=abc", macro="$nope$")
    failure = refused(client, f"{JOBS}/SubmitJob", job)
    assert failure.code == "INVALID_ARGUMENT", failure
    assert failure.fields() == INVALID_JOB_FIELDS, failure
    assert all(violation["description"] for violation in failure.detail("BadRequest")["fieldViolations"])
    info = failure.detail("ErrorInfo")
    assert info["domain"] == "offprint" and info["reason"] == info["reason"].upper(), info
    return failure


def test_grpcurl_prints_all_faults_readable():
    with harness.server() as server:
        shown = submit_with_three_faults(Grpcurl(server.address)).shown
        assert "@value" not in shown, f"details without their descriptor: {shown}"
        assert all(field in shown for field in INVALID_JOB_FIELDS) and "nope" in shown and "abc" in shown, shown


def test_buf_curl_prints_all_faults_readable():
    with harness.server() as server:
        # It shows details as base64 only, so that the message itself has to name every field.
        message = submit_with_three_faults(BufCurl(server.address, "v1")).message
        assert all(field in message for field in INVALID_JOB_FIELDS), message


def test_grpcio_gets_all_faults():
    with harness.server() as server:
        submit_with_three_faults(Grpcio(server.address))


def test_each_refusal_has_a_code_and_a_reason():
    with harness.server() as server:
        client = Grpcio(server.address)
        handle = library.upload(client, (SAMPLES / "rocket.jpg").read_bytes(), "rocket.jpg")["assetHandle"]
        submit, one = f"{JOBS}/SubmitJob", library.export_job([handle], isModifier="fmt=png")
        cases = [
            # method, request, code, what the whole refusal must name
            (submit, library.export_job([handle], "EXPORT_FMT_UNSPECIFIED"), "INVALID_ARGUMENT", "export_job.fmt"),
            (submit, library.export_job([]), "INVALID_ARGUMENT", "export_job.asset_handle_array"),
            (submit, library.export_job([handle]), "INVALID_ARGUMENT", "CONVERT_REQUIRES_MODIFIER"),
            (submit, library.export_job([handle], macro="$nope$"), "INVALID_ARGUMENT", "UNKNOWN_MACRO"),
            (submit, library.export_job([handle], macro="$nope"), "INVALID_ARGUMENT", "MACRO_SYNTAX"),
            (submit, library.export_job([handle], isModifier="fmt=swf"), "INVALID_ARGUMENT", "FORMAT_NOT_EXPORTABLE"),
            (submit, library.export_job([handle], isModifier="cropPathE=a"), None, "UNIMPLEMENTED_COMMAND"),
            (submit, one | {"execTime": "2020-01-01T00:00:00Z"}, "INVALID_ARGUMENT", "EXEC_TIME_IN_PAST"),
            (submit, one | {"execSchedule": {"expression": "0 15 10 * *"}}, "INVALID_ARGUMENT", "CRON_SYNTAX"),
            (submit, {"uploadUrlsJob": {}}, "UNIMPLEMENTED", "upload_urls_job"),
            (f"{JOBS}/GetJob", {"jobHandle": "nonsense"}, "NOT_FOUND", "JOB_NOT_FOUND"),
        ]
        for method, request, code, named in cases:
            failure = refused(client, method, request)
            assert failure.code == code or code is None and failure.code in ("INVALID_ARGUMENT", "UNIMPLEMENTED"), (
                f"{code} expected for {request}: {failure}"
            )
            assert named in str(failure), f"{named} expected: {failure}"
            assert failure.detail("ErrorInfo")["domain"] == "offprint"


def errors_of_assets(client):
    """A job goes on when some of its assets fail, and says of each why."""
    rocket = (SAMPLES / "rocket.jpg").read_bytes()
    good = library.upload(client, rocket, "good.jpg")
    broken = library.upload(client, rocket[: len(rocket) * 6 // 10], "broken.jpg")
    request = {"type": "ASSET_TYPE_IMAGE_SET", "name": "set"}
    (registered,) = client.call(f"{library.ASSETS}/RegisterAsset", request)
    handles = [broken["assetHandle"], registered["asset"]["assetHandle"], "a|999", good["assetHandle"]]
    job = library.submit(client, handles, isModifier="wid=100&fmt=png")
    events = library.watch(client, job)
    library.check_events(events, total=4)
    assert events[-1]["jobFinished"]["outcome"] == "JOB_OUTCOME_COMPLETED_WITH_ERRORS"
    reasons = {}
    for failed in library.of_kind(events, "assetFailed"):
        (info,) = [d for d in failed["error"]["details"] if d["@type"].endswith("google.rpc.ErrorInfo")]
        assert failed["error"]["message"] and info["domain"] == "offprint"
        reasons[failed["asset"].get("index", 0)] = info["reason"]
    assert reasons == {0: "DECODE_FAILED", 1: "UNSUPPORTED_ASSET_TYPE", 2: "ASSET_NOT_FOUND"}, reasons
    assert [file["fileName"] for file in library.artifacts(client, job)] == ["good.png"]


def test_grpcurl_shows_errors_of_assets():
    with harness.server() as server:
        errors_of_assets(Grpcurl(server.address))


def test_grpcio_shows_errors_of_assets():
    with harness.server() as server:
        errors_of_assets(Grpcio(server.address))


if __name__ == "__main__":
    harness.main()
