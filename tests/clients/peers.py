"""Three clients that nobody here wrote, behind one face: `call(method, *messages)` with messages as JSON objects.

A call gives the list of answers as JSON objects with lowerCamelCase names, or raises CallFailed.
"""

import base64
import functools
import importlib
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import grpc
from google.protobuf import any_pb2, json_format
from google.rpc import error_details_pb2  # noqa: F401 - json_format prints details only of types it has seen
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase
from grpc_status import rpc_status

from harness import PEERS, ROOT

MAX_MESSAGE = 16 << 20
# Where the generated stubs go; removed when the interpreter ends.
STUBS = tempfile.TemporaryDirectory(prefix="offprint-stubs-")


class CallFailed(Exception):
    """A call that the server refused. `shown` is what a person at the terminal sees."""

    def __init__(self, code, message, details, shown=""):
        super().__init__(f"{code}: {message} {details}")
        self.code = code
        self.message = message
        self.details = details
        self.shown = shown

    def detail(self, name):
        """The one detail of that type, for example "BadRequest"."""
        found = [d for d in self.details if d.get("@type") == f"type.googleapis.com/google.rpc.{name}"]
        assert len(found) == 1, f"one {name} expected in {self.details}"
        return found[0]

    def fields(self):
        """The field paths that the server complained about."""
        return sorted(violation["field"] for violation in self.detail("BadRequest")["fieldViolations"])


def concatenated(text):
    """The JSON objects that stand one after another in a text."""
    decoder, objects, at = json.JSONDecoder(), [], 0
    while at < len(text):
        value, at = decoder.raw_decode(text, at)
        objects.append(value)
        while at < len(text) and text[at].isspace():
            at += 1
    return objects


class Grpcurl:
    """grpcurl, with nothing but reflection (v1alpha, the only one it speaks)."""

    name = "grpcurl"

    def __init__(self, address):
        self.address = address

    def _run(self, *arguments, stdin=None):
        command = [PEERS / "grpcurl", "-plaintext", "-max-msg-sz", str(MAX_MESSAGE), *arguments]
        return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=120)

    def services(self):
        result = self._run(self.address, "list")
        assert result.returncode == 0, result.stderr
        return result.stdout.split()

    def health(self):
        return self.call("grpc.health.v1.Health/Check", {})[0]["status"]

    def call(self, method, *messages):
        stdin = "\n".join(map(json.dumps, messages))
        result = self._run("-d", "@", self.address, method, stdin=stdin)
        if result.returncode != 0:
            raise self._failure(result.stderr)
        return concatenated(result.stdout.strip())

    @staticmethod
    def _failure(shown):
        match = re.search(r"Code: (\w+)\n\s*Message: (.*)", shown)
        assert match, f"grpcurl failed without a status: {shown}"
        code = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", match[1]).upper()
        details = [json.loads(text) for text in re.findall(r"^\s*\d+\)\s*(\{.*\})$", shown, re.M)]
        return CallFailed(code, match[2], details, shown)


class BufCurl:
    """buf curl over gRPC, with reflection of one version ("v1" or "v1alpha")."""

    def __init__(self, address, reflection):
        self.address = address
        self.reflection = f"grpc-{reflection}"
        self.name = f"buf curl (reflection {reflection})"

    def _run(self, *arguments, stdin=""):
        command = [PEERS / "buf", "curl", "--protocol", "grpc", "--http2-prior-knowledge"]
        command += ["--reflect", "--reflect-protocol", self.reflection, *arguments]
        return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=120)

    def services(self):
        result = self._run("--list-services", f"http://{self.address}")
        assert result.returncode == 0, result.stderr
        return result.stdout.split()

    def health(self):
        return self.call("grpc.health.v1.Health/Check", {})[0]["status"]

    def call(self, method, *messages):
        stdin = "\n".join(map(json.dumps, messages))
        result = self._run("--data", "@-", f"http://{self.address}/{method}", stdin=stdin)
        if result.returncode != 0:
            error = json.loads(result.stderr)
            details = [self._detail(detail) for detail in error.get("details", [])]
            raise CallFailed(error["code"].upper(), error.get("message", ""), details, result.stderr)
        return concatenated(result.stdout.strip())


    @staticmethod
    def _detail(detail):
        """buf prints details as base64 and does not ask reflection about them."""
        packed = any_pb2.Any(type_url=f"type.googleapis.com/{detail['type']}")
        packed.value = base64.b64decode(detail["value"] + "==")
        return json_format.MessageToDict(packed)


@functools.cache
def stubs():
    """Generates Python stubs from proto/ and imports them; gives (messages, services) of each file by its name."""
    out = STUBS.name
    files = sorted(str(path.relative_to(ROOT / "proto")) for path in (ROOT / "proto/offprint").rglob("*.proto"))
    # google.rpc.Status comes from Google's own package here, as in a stranger's project; ours is only read.
    subprocess.run(
        [sys.executable, "-m", "grpc_tools.protoc", f"--proto_path={ROOT / 'proto'}", f"--python_out={out}",
         f"--grpc_python_out={out}", *files],
        check=True,
    )
    sys.path.insert(0, out)
    modules = {}
    for file in files:
        module = file.removesuffix(".proto").replace("/", ".")
        modules[pathlib.Path(file).stem] = (
            importlib.import_module(f"{module}_pb2"),
            importlib.import_module(f"{module}_pb2_grpc"),
        )
    return modules


class Grpcio:
    """Python grpcio with stubs generated from proto/. `assets`, `formats` and `jobs` are the typed stubs."""

    name = "grpcio"

    def __init__(self, address):
        options = [
            ("grpc.max_receive_message_length", MAX_MESSAGE),
            ("grpc.max_send_message_length", MAX_MESSAGE),
            ("grpc.use_local_subchannel_pool", 1),
        ]
        self.channel = grpc.insecure_channel(address, options)
        self.stubs = {}
        self.methods = {}
        for messages, services in stubs().values():
            for service in messages.DESCRIPTOR.services_by_name.values():
                self.stubs[service.name] = getattr(services, f"{service.name}Stub")(self.channel)
                for method in service.methods:
                    self.methods[f"{service.full_name}/{method.name}"] = method
        self.assets = self.stubs["AssetService"]
        self.formats = self.stubs["ImageFormatService"]
        self.jobs = self.stubs["JobService"]

    def close(self):
        self.channel.close()

    def services(self):
        return list(ProtoReflectionDescriptorDatabase(self.channel).get_services())

    def health(self):
        answer = health_pb2_grpc.HealthStub(self.channel).Check(health_pb2.HealthCheckRequest())
        return health_pb2.HealthCheckResponse.ServingStatus.Name(answer.status)

    def call(self, method, *messages):
        descriptor = self.methods[method]
        requests = [json_format.ParseDict(m, descriptor.input_type._concrete_class()) for m in messages]
        function = getattr(self.stubs[descriptor.containing_service.name], descriptor.name)
        try:
            answer = function(iter(requests) if descriptor.client_streaming else requests[0], timeout=120)
            answers = list(answer) if descriptor.server_streaming else [answer]
        except grpc.RpcError as error:
            raise failure(error) from None
        return [json_format.MessageToDict(a) for a in answers]


def failure(error):
    """A grpcio error as CallFailed, with its details decoded."""
    status = rpc_status.from_call(error)
    details = [json_format.MessageToDict(detail) for detail in status.details] if status else []
    return CallFailed(error.code().name, error.details(), details, str(error))
