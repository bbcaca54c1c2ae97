// A relay between everybody and the server. It sees each byte that passes, as whoever runs the server or
// the network does: requests as they are sent, and messages of WebSockets, also those of workers. It may
// change what it passes on, as a relay that lies.

import { randomBytes } from "node:crypto";
import { connect, createServer, type Server, type Socket } from "node:net";

export type Side = "client" | "server";

export interface Passed {
  from: Side;
  /** The text of a message, or its bytes. */
  content: string | Buffer;
}

/** What passes in place of a text; `null` cuts the connection. */
export type Change = (from: Side, text: string) => string | null;

const TEXT = 1;
const CLOSING = 8;

export class Relay {
  /** Heads and bodies of requests, and what was answered beside WebSockets. */
  readonly requests: string[] = [];
  readonly messages: Passed[] = [];
  /** What is to be changed; nothing to begin with. */
  change: Change = (_, text) => text;
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  readonly #upstream: number;
  port = 0;

  private constructor(upstream: number) {
    this.#upstream = upstream;
    this.#server = createServer((client) => this.#accept(client));
  }

  /** In front of the server at a port, on a port of its own. */
  static start(upstream: number): Promise<Relay> {
    const relay = new Relay(upstream);
    return new Promise((resolve, reject) => {
      relay.#server.on("error", reject);
      relay.#server.listen(0, "127.0.0.1", () => {
        const address = relay.#server.address();
        relay.port = typeof address === "object" && address ? address.port : 0;
        resolve(relay);
      });
    });
  }

  get page(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}/`;
  }

  /** Forgets what has passed. */
  forget(): void {
    this.requests.length = 0;
    this.messages.length = 0;
  }

  /** The types of the messages that clients have sent. */
  heard(): string[] {
    const texts = this.messages.filter(({ from }) => from === "client").map(({ content }) => content);
    return texts.map((text) => (typeof text === "string" ? (/^[{]?"([a-z_]+)"/.exec(text)?.[1] ?? "?") : "frame"));
  }

  /** Everything that has passed, to be searched. */
  everything(): string {
    const said = this.messages.map(({ content }) => (typeof content === "string" ? content : content.toString("latin1")));
    return [...this.requests, ...said].join("\n");
  }

  /** Ends all connections. */
  cut(): void {
    for (const socket of this.#open) {
      socket.destroy();
    }
  }

  async end(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(client: Socket): void {
    const server = connect(this.#upstream, "127.0.0.1");
    const end = () => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      this.#open.add(socket);
      socket.on("error", end);
      socket.on("close", () => {
        this.#open.delete(socket);
        end();
      });
    }
    let upgraded = false;
    const asked = new Stream();
    const answered = new Stream();
    client.on("data", (bytes) => {
      if (upgraded) {
        this.#pass("client", asked, bytes, server, end);
        return;
      }
      this.requests.push(bytes.toString("latin1"));
      server.write(bytes);
      upgraded = /\r\nupgrade: websocket\r\n/i.test(bytes.toString("latin1"));
    });
    let head: Buffer | null = Buffer.alloc(0);
    server.on("data", (bytes) => {
      if (!upgraded) {
        client.write(bytes);
        return;
      }
      let rest = bytes;
      if (head) {
        head = Buffer.concat([head, bytes]);
        const length = head.indexOf("\r\n\r\n");
        if (length < 0) {
          return;
        }
        client.write(head.subarray(0, length + 4));
        rest = head.subarray(length + 4);
        head = null;
      }
      this.#pass("server", answered, rest, client, end);
    });
  }

  #pass(from: Side, stream: Stream, bytes: Buffer, to: Socket, end: () => void): void {
    stream.add(bytes);
    for (let message = stream.next(); message; message = stream.next()) {
      const { opcode, payload } = message;
      if (opcode >= CLOSING) {
        to.write(frame(opcode, payload, from === "client"));
        continue;
      }
      const content = opcode === TEXT ? payload.toString("utf8") : payload;
      this.messages.push({ from, content });
      const passed = typeof content === "string" ? this.change(from, content) : content;
      if (passed === null) {
        end();
        return;
      }
      to.write(frame(opcode, Buffer.from(passed as string), from === "client"));
    }
  }
}

interface Message {
  opcode: number;
  payload: Buffer;
}

/** Frames of one direction (RFC 6455, section 5), put together to messages. */
class Stream {
  #bytes = Buffer.alloc(0);
  #parts: Message | null = null;

  add(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
  }

  /** The next message that is here whole. */
  next(): Message | null {
    for (;;) {
      const part = this.#frame();
      if (!part) {
        return null;
      }
      const { last, opcode, payload } = part;
      if (opcode >= CLOSING) {
        return { opcode, payload };
      }
      const begun: Message = this.#parts ?? { opcode, payload: Buffer.alloc(0) };
      const message = { opcode: begun.opcode, payload: Buffer.concat([begun.payload, payload]) };
      this.#parts = last ? null : message;
      if (last) {
        return message;
      }
    }
  }

  #frame(): (Message & { last: boolean }) | null {
    const bytes = this.#bytes;
    if (bytes.length < 2) {
      return null;
    }
    const [first = 0, second = 0] = bytes;
    const masked = second >= 128;
    const short = second % 128;
    const extra = short === 127 ? 8 : short === 126 ? 2 : 0;
    const start = 2 + extra + (masked ? 4 : 0);
    if (bytes.length < start) {
      return null;
    }
    const length = extra === 8 ? Number(bytes.readBigUInt64BE(2)) : extra === 2 ? bytes.readUInt16BE(2) : short;
    if (bytes.length < start + length) {
      return null;
    }
    const payload = Buffer.from(bytes.subarray(start, start + length));
    if (masked) {
      unmask(payload, bytes.subarray(start - 4, start));
    }
    this.#bytes = bytes.subarray(start + length);
    return { last: first >= 128, opcode: first % 16, payload };
  }
}

/** One frame that is a whole message; a client's is masked. */
function frame(opcode: number, payload: Buffer, masked: boolean): Buffer {
  const { length } = payload;
  const head =
    length < 126
      ? Buffer.from([128 + opcode, length])
      : length < 65_536
        ? Buffer.from([128 + opcode, 126, length >> 8, length % 256])
        : Buffer.concat([Buffer.from([128 + opcode, 127]), wide(length)]);
  if (!masked) {
    return Buffer.concat([head, payload]);
  }
  head[1] = (head[1] ?? 0) + 128;
  const mask = randomBytes(4);
  const hidden = Buffer.from(payload);
  unmask(hidden, mask);
  return Buffer.concat([head, mask, hidden]);
}

function wide(length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(length));
  return bytes;
}

function unmask(payload: Buffer, mask: Buffer): void {
  for (let at = 0; at < payload.length; at += 1) {
    payload[at] = (payload[at] ?? 0) ^ (mask[at % 4] ?? 0);
  }
}
