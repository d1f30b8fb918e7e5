import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';

/** Jupyter messaging protocol 5.3, "The wire protocol". */
export interface Header {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
  readonly username: string;
  /** ISO 8601. */
  readonly date: string;
  readonly version: string;
}

export interface Message {
  readonly header: Header;
  /** Header of the request that this answers; empty for a request. */
  readonly parent: Partial<Header>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly content: Readonly<Record<string, unknown>>;
}

const DELIMITER = Buffer.from('<IDS|MSG>');

/** signature = hex(HMAC-SHA256(key, header || parent || metadata || content)), the parts as serialised. */
export function signature(key: string, parts: readonly Buffer[]): string {
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(part);
  return hmac.digest('hex');
}

/** A new request with a fresh message id. */
export function request(type: string, content: Message['content'], session: string): Message {
  const header = {
    msg_id: randomUUID(),
    msg_type: type,
    session,
    username: 'distillery',
    date: new Date().toISOString(),
    version: '5.3',
  };
  return { header, parent: {}, metadata: {}, content };
}

/** A message in answer to `parent`, or on its behalf; `{}` for one that nobody asked for. */
export function answer(
  parent: Partial<Header>,
  type: string,
  content: Message['content'],
  session: string,
  metadata: Message['metadata'] = {},
): Message {
  return { ...request(type, content, session), parent, metadata };
}

/** The routing prefix of a message that came through a router: where an answer to it goes. */
export function routeOf(frames: readonly Buffer[]): Buffer[] {
  return frames.slice(
    0,
    frames.findIndex((frame) => frame.equals(DELIMITER)),
  );
}

/** Frames `<IDS|MSG>`, signature, header, parent, metadata, content, behind the routing prefix `route`. A dealer adds its own. */
export function encodeMessage(message: Message, key: string, route: readonly Buffer[] = []): Buffer[] {
  const parts = [message.header, message.parent, message.metadata, message.content].map((part) => Buffer.from(JSON.stringify(part)));
  return [...route, DELIMITER, Buffer.from(signature(key, parts)), ...parts];
}

/** The message in `frames`, whatever its routing prefix; null if frames are missing or the signature is not the key's. */
export function decodeMessage(frames: readonly Buffer[], key: string): Message | null {
  const start = frames.findIndex((frame) => frame.equals(DELIMITER));
  const [signed, header, parent, metadata, content] = frames.slice(start + 1);
  if (start < 0 || !signed || !header || !parent || !metadata || !content) return null;
  const expected = Buffer.from(signature(key, frames.slice(start + 2)));
  if (signed.length !== expected.length || !timingSafeEqual(signed, expected)) return null;
  return {
    header: JSON.parse(header.toString()) as Header,
    parent: JSON.parse(parent.toString()) as Partial<Header>,
    metadata: JSON.parse(metadata.toString()) as Message['metadata'],
    content: JSON.parse(content.toString()) as Message['content'],
  };
}
