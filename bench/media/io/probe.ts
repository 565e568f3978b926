import { BroadcastChannel } from 'node:worker_threads';
import type { MediaProbe } from '#media';
import { MEASURE_CHANNEL, STAMP_AT_BYTE, type MeasureRequest, type WorkerFigures } from './measure.ts';

/** Records what happens in the media thread that calls this, from `begin` to `end`, each asked for over the channel. */
export function measuringProbe(): MediaProbe {
  const channel = new BroadcastChannel(MEASURE_CHANNEL);
  const sendJitterMs = new Recorder();
  const rtpToPcmMs = new Recorder();
  let cpuAtStart = process.threadCpuUsage();
  channel.onmessage = (event) => {
    const request = (event as { data: MeasureRequest | WorkerFigures }).data;
    if (request.kind === 'begin') {
      sendJitterMs.clear();
      rtpToPcmMs.clear();
      cpuAtStart = process.threadCpuUsage();
    }
    if (request.kind === 'end') {
      const cpu = process.threadCpuUsage(cpuAtStart);
      const figures: WorkerFigures = {
        kind: 'figures',
        sendJitterMs: sendJitterMs.all(),
        rtpToPcmMs: rtpToPcmMs.all(),
        cpuUs: cpu.user + cpu.system,
        systemCpuUs: cpu.system,
      };
      channel.postMessage(figures);
    }
  };
  channel.unref();
  return {
    packetSent: (dueMs, sentAtMs) => {
      sendJitterMs.add(Math.abs(sentAtMs - dueMs));
    },
    packetHandled: (packet, doneAtMs) => {
      if (packet.length >= STAMP_AT_BYTE + 8) rtpToPcmMs.add(doneAtMs - stampOf(packet));
    },
  };
}

/** The figures since `begin`, asked for from the thread of the bench. */
export function workerFigures(channel: BroadcastChannel): Promise<WorkerFigures> {
  return new Promise((resolve) => {
    channel.onmessage = (event) => {
      const { data } = event as { data: WorkerFigures | MeasureRequest };
      if (data.kind === 'figures') resolve(data);
    };
    channel.postMessage({ kind: 'end' } satisfies MeasureRequest);
  });
}

/** The last two million values since `clear`. Recording never pauses: code that begins to record is compiled anew, which would be measured. */
class Recorder {
  readonly #values = new Float64Array(1 << 21);
  #count = 0;

  add(value: number): void {
    this.#values[this.#count % this.#values.length] = value;
    this.#count += 1;
  }

  clear(): void {
    this.#count = 0;
  }

  all(): Float64Array {
    return this.#values.slice(0, Math.min(this.#count, this.#values.length));
  }
}

function stampOf(packet: Uint8Array): number {
  return new DataView(packet.buffer, packet.byteOffset).getFloat64(STAMP_AT_BYTE);
}
