import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage, request, signature } from '../src/protocol/messages';

const bytes = (...texts: string[]): Buffer[] => texts.map((text) => Buffer.from(text));

describe('message signing', () => {
  it('is HMAC-SHA256 over the concatenated parts (RFC 4231, test case 2)', () => {
    expect(signature('Jefe', bytes('what do ya want ', 'for ', 'nothing', '?'))).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });

  it("agrees with Python's hmac on a Jupyter message", () => {
    // hmac.new(key, header + parent + metadata + content, hashlib.sha256).hexdigest()
    const parts = bytes('{"msg_id":"1","msg_type":"execute_request"}', '{}', '{}', '{"code":"1 + 1"}');
    expect(signature('a0436f6c-1916-498b-8eb9-e81ab9368e84', parts)).toBe(
      '9e3efa71e84f2cd443300aec34073a4d9686475f5fd460db030b795288435ded',
    );
  });
});

describe('messages on the wire', () => {
  const message = request('execute_request', { code: 'käse' }, 'session');

  it('come back as they were sent, whatever routing prefix stands before them', () => {
    expect(decodeMessage([...bytes('route', 'further'), ...encodeMessage(message, 'key')], 'key')).toEqual(message);
  });

  it('have the six frames of the protocol, the delimiter first', () => {
    const frames = encodeMessage(message, 'key').map(String);
    expect(frames).toHaveLength(6);
    expect(frames[0]).toBe('<IDS|MSG>');
    expect(frames[1]).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.parse(frames[2] ?? '')).toMatchObject({ msg_type: 'execute_request', session: 'session', version: '5.3' });
    expect(frames.slice(3, 5)).toEqual(['{}', '{}']);
  });

  it.each([
    ['signed with another key', encodeMessage(message, 'other')],
    ['changed on the way', [...encodeMessage(message, 'key').slice(0, 5), Buffer.from('{"code":"evil"}')]],
    ['without a delimiter', encodeMessage(message, 'key').slice(1)],
    ['cut short', encodeMessage(message, 'key').slice(0, 5)],
  ])('are dropped when %s', (_what, frames) => {
    expect(decodeMessage(frames, 'key')).toBeNull();
  });

  it('have ids of their own', () => {
    expect(request('x', {}, 's').header.msg_id).not.toBe(request('x', {}, 's').header.msg_id);
  });
});
