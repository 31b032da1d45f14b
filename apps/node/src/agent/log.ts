/** Logs go to stderr: stdout carries the ready line only. Written at once, so that nothing is lost on exit. */
import { destination, type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import type { AgentConfig } from '../config/schema.ts';

const STDERR = 2;

export function createLog({ logLevel, logFormat }: Pick<AgentConfig, 'logLevel' | 'logFormat'>): Logger {
  const stream =
    logFormat === 'pretty'
      ? pretty({
          destination: STDERR,
          sync: true,
          ignore: 'pid,hostname',
          singleLine: true,
          translateTime: 'SYS:HH:MM:ss.l',
        })
      : destination({ dest: STDERR, sync: true });
  return pino({ level: logLevel }, stream);
}
