import { describe, expect, it } from 'vitest';
import { SseParser } from '../src/client/sse-parser.ts';

const STREAM =
  'id: 7.0\nretry: 1000\n\n: still here\n\nid: 7.1\nevent: rumor\ndata: {"a":1}\n\nid: 7.2\r\ndata:x\r\ndata: y\r\n\r\n';
const EVENTS = [
  { id: '7.1', type: 'rumor', data: '{"a":1}' },
  { id: '7.2', type: 'message', data: 'x\ny' },
];

describe('the parser of server-sent events', () => {
  it('reads the same events however the text was cut', () => {
    for (let size = 1; size <= STREAM.length; size += 1) {
      const parser = new SseParser();
      const events = [];
      for (let at = 0; at < STREAM.length; at += size) events.push(...parser.push(STREAM.slice(at, at + size)));
      expect(events).toEqual(EVENTS);
    }
  });

  it('remembers the id of a block that is no event', () => {
    const parser = new SseParser();
    expect(parser.lastId).toBe('');
    expect(parser.push('id: 7.0\nretry: 1\n\n')).toEqual([]);
    expect(parser.lastId).toBe('7.0');
  });
});
