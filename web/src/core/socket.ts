// One WebSocket as Rust drives it: frames in, frames out.

import { refused } from "./failure";

/** How long a connection may take to open, in milliseconds. */
const OPENING = 10_000;

type Frame = string | Uint8Array;

export class Socket {
  readonly #socket: WebSocket;
  readonly #arrived: Frame[] = [];
  #waiting: (() => void) | undefined;
  #closed = false;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      this.#arrived.push(typeof data === "string" ? data : new Uint8Array(data));
      this.#waiting?.();
    };
    socket.onclose = () => this.#end();
    socket.onerror = () => this.#end();
  }

  /** Connects; rejects with "unreachable". */
  static open(url: string, signal: AbortSignal | undefined): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const unreachable = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", unreachable);
        socket.onopen = socket.onclose = socket.onerror = null;
        socket.close();
        reject(refused("unreachable", "the server cannot be reached", true));
      };
      const socket = new WebSocket(url);
      const timer = setTimeout(unreachable, OPENING);
      socket.binaryType = "arraybuffer";
      socket.onclose = socket.onerror = unreachable;
      signal?.addEventListener("abort", unreachable);
      socket.onopen = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", unreachable);
        resolve(new Socket(socket));
      };
    });
  }

  sendText(text: string): void {
    this.#send(text);
  }

  sendBytes(bytes: Uint8Array): void {
    this.#send(bytes);
  }

  #send(frame: Frame): void {
    if (this.#closed || this.#socket.readyState !== WebSocket.OPEN) {
      throw refused("connection_lost", "the connection was lost", true);
    }
    this.#socket.send(frame as string | Uint8Array<ArrayBuffer>);
  }

  /** The next frame; nothing once the time is over; rejects once the WebSocket is closed. */
  async receive(milliseconds: number | undefined): Promise<Frame | undefined> {
    // Between two frames that are here already, whoever wants to cancel gets a turn.
    await turn();
    if (this.#arrived.length === 0 && !this.#closed) {
      await new Promise<void>((resolve) => {
        const timer = milliseconds === undefined ? undefined : setTimeout(resolve, milliseconds);
        this.#waiting = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#waiting = undefined;
    }
    const frame = this.#arrived.shift();
    if (frame === undefined && this.#closed) {
      throw refused("connection_lost", "the connection was lost", true);
    }
    return frame;
  }

  close(): void {
    this.#socket.close();
    this.#end();
  }

  #end(): void {
    this.#closed = true;
    this.#waiting?.();
  }
}

/** One turn of the event loop, without the delay of a timer. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
