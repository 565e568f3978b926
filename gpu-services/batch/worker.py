"""The second generation's workers: `python -m batch.worker stt` and `python -m batch.worker tts`, any number of each.

Jobs come from RabbitMQ (AMQP_URL), one at a time a worker. A job is acknowledged when its reply has been sent: the job
of a worker that is lost is done by another. One that fails MAX_DELIVERIES times goes to the queue `stt.dead` or
`tts.dead`, where somebody can look at it.

stt.jobs: a WAV file -> {"text", "segments": [{"startS", "endS", "text"}], "decodeMs"}, or {"error": {...}}
tts.jobs: {"text", "voice"?, "speed"?} -> a WAV file, or {"error": {"code", "message"}}

The reply goes to the job's `reply_to` with its `correlation_id`.
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPError
from pika.spec import Basic, BasicProperties

from batch.wav import WavError, read_wav
from common.logs import LEVEL_NAMES, Log, configure_logs
from common.service import watch_parent
from common.settings import Environment, SettingsError

JSON_TYPE, WAV_TYPE = "application/json", "audio/wav"
MAX_DELIVERIES = 3
MAX_JOB_BYTES = 512 * 1024 * 1024
BACKOFF_S = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
HEARTBEAT_S = 60

log = Log("worker")


@dataclass(frozen=True)
class Reply:
    body: bytes
    content_type: str


class JobError(Exception):
    """A job that nobody could do; its sender is told."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


Handler = Callable[[bytes, dict[str, Any]], Reply]


def declare_queues(channel: BlockingChannel, kind: str) -> str:
    """Durable, counting deliveries (quorum queues), as app/transcribe/job-queue.ts has them. The queue of jobs."""
    jobs, dead = f"{kind}.jobs", f"{kind}.dead"
    channel.queue_declare(dead, durable=True, arguments={"x-queue-type": "quorum"})
    channel.queue_declare(
        jobs,
        durable=True,
        arguments={
            "x-queue-type": "quorum",
            "x-delivery-limit": MAX_DELIVERIES - 1,
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": dead,
        },
    )
    return jobs


class Worker:
    """One connection, one job at a time. The job runs on a thread of its own, so that heartbeats go on meanwhile."""

    def __init__(self, kind: str, url: str, handler: Handler) -> None:
        self._kind = kind
        self._parameters = pika.URLParameters(url)
        self._parameters.heartbeat = HEARTBEAT_S
        self._handler = handler
        self._stopping = threading.Event()
        self._connection: pika.BlockingConnection | None = None

    def stop(self, cause: str) -> None:
        """The job in hand is finished; no other is begun. Safe in a signal handler and on any thread."""
        if not self._stopping.is_set():
            log.info("shutting down", cause=cause)
        self._stopping.set()

    def run(self) -> None:
        """Until `stop`. A broker that is away is tried again and again."""
        tries = 0
        while not self._stopping.is_set():
            try:
                self._consume()
                tries = 0
            except AMQPError as error:
                pause_s = BACKOFF_S[min(tries, len(BACKOFF_S) - 1)]
                tries = 0 if self._connection is not None else tries + 1
                log.warning(
                    "the broker cannot be reached", reason=f"{type(error).__name__} {error}"[:300], againInS=pause_s
                )
                self._stopping.wait(pause_s)

    def _consume(self) -> None:
        self._connection = None
        connection = pika.BlockingConnection(self._parameters)
        self._connection = connection
        with connection:
            channel = connection.channel()
            jobs = declare_queues(channel, self._kind)
            channel.basic_qos(prefetch_count=1)
            busy = threading.Event()

            def on_job(_: Any, method: Basic.Deliver, properties: BasicProperties, body: bytes) -> None:
                busy.set()
                work = functools.partial(self._work, connection, channel, method, properties, body, busy)
                threading.Thread(target=work, daemon=True).start()

            consumer = channel.basic_consume(jobs, on_job)
            log.info("waiting for jobs", queue=jobs)
            while not self._stopping.is_set():
                connection.process_data_events(time_limit=0.2)
            channel.basic_cancel(consumer)
            while busy.is_set():
                connection.process_data_events(time_limit=0.1)

    def _work(
        self,
        connection: pika.BlockingConnection,
        channel: BlockingChannel,
        method: Basic.Deliver,
        properties: BasicProperties,
        body: bytes,
        busy: threading.Event,
    ) -> None:
        reply: Reply | None
        try:
            if len(body) > MAX_JOB_BYTES:
                raise JobError("TOO_LARGE", f"the job has over {MAX_JOB_BYTES} bytes")
            reply = self._handler(body, dict(properties.headers or {}))
        except JobError as error:
            reply = Reply(json.dumps({"error": {"code": error.code, "message": str(error)}}).encode(), JSON_TYPE)
        except Exception as error:
            log.error("a job failed", cause=error)
            reply = None

        def finish() -> None:
            busy.clear()
            if not channel.is_open:
                return
            if reply is None:
                channel.basic_nack(method.delivery_tag, requeue=True)
                return
            if properties.reply_to:
                answer = BasicProperties(correlation_id=properties.correlation_id, content_type=reply.content_type)
                channel.basic_publish("", properties.reply_to, reply.body, answer)
            channel.basic_ack(method.delivery_tag)

        try:
            connection.add_callback_threadsafe(finish)
        except AMQPError:
            busy.clear()  # Its broker is gone: the job will be delivered again.


def stt_handler(environment: Environment) -> Handler:
    from batch.engines import Recogniser  # noqa: PLC0415 - models are loaded by the worker that needs them

    recogniser = Recogniser(environment)

    def handle(body: bytes, headers: dict[str, Any]) -> Reply:
        language = headers.get("language")
        try:
            heard = recogniser.hear(read_wav(body), language if isinstance(language, str) and language else None)
        except WavError as error:
            raise JobError("BAD_AUDIO", str(error)) from None
        except ValueError as error:
            raise JobError("BAD_REQUEST", str(error)) from None
        result = {"text": heard.text, "segments": heard.segments, "decodeMs": heard.decode_ms}
        return Reply(json.dumps(result).encode(), JSON_TYPE)

    return handle


def tts_handler(environment: Environment) -> Handler:
    from batch.engines import Speaker  # noqa: PLC0415
    from tts.requests import RequestError, read_request  # noqa: PLC0415

    speaker = Speaker(environment)
    loop = asyncio.new_event_loop()

    def handle(body: bytes, _: dict[str, Any]) -> Reply:
        settings = speaker.settings
        try:
            asked = read_request(body, settings.voice, settings.engine, settings.max_text_characters)
            wav = loop.run_until_complete(speaker.speak(asked.text, asked.voice, asked.speed))
        except RequestError as error:
            raise JobError(error.code, str(error)) from None
        return Reply(wav, WAV_TYPE)

    return handle


HANDLERS = {"stt": stt_handler, "tts": tts_handler}


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m batch.worker")
    parser.add_argument("kind", choices=tuple(HANDLERS))
    parser.add_argument("--log-level", choices=LEVEL_NAMES, default=os.environ.get("LOG_LEVEL") or "info")
    parser.add_argument("--parent-pid", type=int, default=None, help="end when this process is gone")
    options = parser.parse_args(argv)
    configure_logs(f"batch-{options.kind}", options.log_level)
    environment = Environment()
    url = environment.text("AMQP_URL", "")
    if not url:
        environment.fault("AMQP_URL is not set: the address of RabbitMQ, such as amqp://HOST:5672/")
    try:
        environment.finish()
        handler = HANDLERS[options.kind](environment)
        worker = Worker(options.kind, url, handler)
    except (SettingsError, ValueError) as error:
        print(f"batch.worker: {error}", file=sys.stderr)
        return 2
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda got, _: worker.stop(signal.Signals(got).name))
    if options.parent_pid is not None:
        threading.Thread(target=watch_parent, args=(options.parent_pid, worker), daemon=True).start()
    worker.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
