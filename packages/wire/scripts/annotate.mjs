/** Bytes of a packet as hex, a line per field, each with the name and the value that the schemas give it. */
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';

const root = new protobuf.Root();
root.resolvePath = (_origin, target) => fileURLToPath(new URL(`../proto/${target}`, import.meta.url));
root.loadSync(['hearsay/wire/v1/packet.proto', 'hearsay/wire/v1/store.proto']);
const typeOf = (name) => root.lookupType(`hearsay.wire.v1.${name}`);

/** Fields of type `bytes` that hold a message. The records of anti-entropy depend on the replica. */
const EMBEDDED = {
  'Packet.messages': 'Message',
  'Claims.claims': 'Claim',
  'Join.claim': 'Claim',
  'Push.rumors': 'Rumor',
  'HeartbeatDelta.claim': 'Claim',
};
const RECORD_TYPES = { members: 'Claim', store: 'Record' };
const HEADER_NOTES = { 0: 'version 1, no flags', 1: 'version 1, flags: label' };

/** The annotated hex of an encoded packet. */
export function annotated(bytes) {
  const hasLabel = bytes[1] === 1;
  const lines = [`${hex(bytes.subarray(0, 2))} # ${HEADER_NOTES[bytes[1]]}`];
  if (hasLabel) lines.push(`${hex(bytes.subarray(2, 6))} # label hash`);
  fields(bytes.subarray(hasLabel ? 6 : 2), typeOf('Packet'), undefined, '', lines);
  return lines;
}

function fields(bytes, type, replica, indent, lines) {
  const reader = protobuf.Reader.create(bytes);
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const tag = reader.uint32();
    const field = type.fieldsById[tag >>> 3].resolve();
    const inner = innerType(type, field, replica);
    if (inner === undefined) {
      reader.skipType(tag & 7);
      const whole = bytes.subarray(start, reader.pos);
      lines.push(`${indent}${hex(whole)} # ${field.name}: ${textOf(type, field, whole)}`);
      continue;
    }
    const length = reader.uint32();
    const head = bytes.subarray(start, reader.pos);
    lines.push(`${indent}${hex(head)} # ${field.name}: ${inner.name} of ${length} bytes`);
    const innerReplica = RECORD_TYPES[field.name] === undefined ? replica : field.name;
    fields(bytes.subarray(reader.pos, reader.pos + length), inner, innerReplica, `${indent}  `, lines);
    reader.skip(length); // the bytes that were just told of, field by field
  }
}

function innerType(type, field, replica) {
  if (field.resolvedType instanceof protobuf.Type) return field.resolvedType;
  const path = `${type.name}.${field.name}`;
  const name = path === 'Records.records' ? RECORD_TYPES[replica] : EMBEDDED[path];
  return name && typeOf(name);
}

/** Decodes one field on its own, by the schema and not by the code that is under test. */
function textOf(type, field, bytes) {
  const value = type.decode(bytes)[field.name];
  if (field.resolvedType instanceof protobuf.Enum) return field.resolvedType.valuesById[value];
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  return JSON.stringify(value);
}

function hex(bytes) {
  return Buffer.from(bytes)
    .toString('hex')
    .replace(/..(?=.)/gu, '$& ');
}
