/**
 * `POST /v1/rumors {topic, payload | payloadBase64, priority, ttlMs, key, way}`: tells something to all members. With `wait` it
 * answers when spreading has ended, and `sample` members are asked whether they have heard it, or with `ack: 'count'` all
 * are counted.
 *
 * As `application/x-ndjson` the body is many of them, one a line, and the answer is their number. Either way the answer
 * comes when there was room to spread them: a client that waits for it never publishes more than the cluster takes.
 */
import type { OutgoingRumor } from 'hearsay';
import { z } from 'zod';
import { parseJson } from '../body.ts';
import type { AgentContext } from '../context.ts';
import { HttpError, httpErrorOf } from '../http-error.ts';
import type { ApiReply, ApiRequest, Route } from '../router.ts';

type NodeRumors = AgentContext['node']['rumors'];

export const PRIORITIES: readonly ['critical', 'high', 'normal', 'bulk'] = ['critical', 'high', 'normal', 'bulk'];

/** How long a request waits for room before it is refused. Unit: ms. Default 10 000. Source: guess; clients give up at 30 s. */
const ROOM_WAIT_MS_MAX = 10_000;
/** What a client that was refused should wait. Source: guess; in it hundreds of rumors are spread. */
const RETRY_AFTER_SECONDS = '1';

export const WAYS: readonly ['push', 'tree'] = ['push', 'tree'];

const LINE_FEED = 0x0a;
const NDJSON = 'application/x-ndjson';

const lineShape = z.strictObject({
  topic: z.string().min(1, 'is empty: name what the rumor is about'),
  payload: z.string().optional(),
  payloadBase64: z.base64().optional(),
  priority: z.enum(PRIORITIES).default('normal'),
  ttlMs: z.int().positive().optional(),
  key: z.string().optional(),
  way: z.enum(WAYS).optional(),
});
const bodyShape = lineShape.extend({
  wait: z.boolean().default(false),
  sample: z.int().nonnegative().optional(),
  ack: z.literal('count').optional(),
});
const ONE_PAYLOAD = { error: 'payload and payloadBase64 exclude each other: send one of them' };
const rumorLine = lineShape.refine(hasOnePayload, ONE_PAYLOAD);
const rumorBody = bodyShape.refine(hasOnePayload, ONE_PAYLOAD);

export function rumorsRoutes({ node }: AgentContext): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/v1/rumors',
      handle: (request) => (isLines(request) ? publishLines(request, node.rumors) : publishOne(request, node.rumors)),
    },
  ];
}

async function publishOne(request: ApiRequest, rumors: NodeRumors): Promise<ApiReply> {
  const { wait, sample, ack, ...body } = await request.readJson(rumorBody);
  const { topic, payload, ...options } = outgoing(body);
  if (!(await rumors.room({ timeoutMs: ROOM_WAIT_MS_MAX }))) throw noRoom();
  const { id, settled } = rumors.publish(topic, payload, { ...options, sample, ack });
  return { status: 200, body: { json: wait ? await settled : { id } } };
}

/** Nothing is published before every line has been read. What is published before one is refused is counted in the error. */
async function publishLines(request: ApiRequest, rumors: NodeRumors): Promise<ApiReply> {
  const lines = rumorsOf(await request.readBytes());
  let startedCount = 0;
  const counted = function* (): Generator<OutgoingRumor> {
    for (const line of lines) {
      startedCount += 1;
      yield line;
    }
  };
  let count: number;
  try {
    count = await rumors.publishAll(counted(), { timeoutMs: ROOM_WAIT_MS_MAX });
  } catch (error) {
    const { status, code, message, headers } = httpErrorOf(error);
    throw new HttpError(status, code, message, headers, startedCount - 1);
  }
  if (count < lines.length) throw noRoom(count);
  return { status: 200, body: { json: { count } } };
}

/** Throws `HttpError` 400 with the number of the first line that is none. */
function rumorsOf(bytes: Uint8Array): readonly OutgoingRumor[] {
  const rumors: OutgoingRumor[] = [];
  let start = 0;
  for (let lineNumber = 1; start < bytes.length; lineNumber++) {
    const found = bytes.indexOf(LINE_FEED, start);
    const end = found === -1 ? bytes.length : found;
    const line = bytes.subarray(start, end);
    start = end + 1;
    if (line.length > 0) rumors.push(rumorOf(line, lineNumber));
  }
  return rumors;
}

function rumorOf(line: Uint8Array, lineNumber: number): OutgoingRumor {
  try {
    return outgoing(parseJson(line, rumorLine));
  } catch (error) {
    const { status, code, message } = httpErrorOf(error);
    throw new HttpError(status, code, `line ${lineNumber}: ${message}`, {}, 0);
  }
}

function outgoing({ payload, payloadBase64, ...rest }: z.output<typeof lineShape>): OutgoingRumor {
  const bytes = payloadBase64 === undefined ? (payload ?? '') : new Uint8Array(Buffer.from(payloadBase64, 'base64'));
  return { ...rest, payload: bytes };
}

function hasOnePayload({ payload, payloadBase64 }: z.output<typeof lineShape>): boolean {
  return payload === undefined || payloadBase64 === undefined;
}

function isLines({ headers }: ApiRequest): boolean {
  return headers['content-type']?.split(';')[0]?.trim().toLowerCase() === NDJSON;
}

function noRoom(doneCount?: number): HttpError {
  const headers = { 'retry-after': RETRY_AFTER_SECONDS };
  const message = 'more is published than the cluster takes: publish slower, and this again in a moment';
  return new HttpError(503, 'ERR_HTTP_BUSY', message, headers, doneCount);
}
