/** Finds the handler of a request. A path is exact, or ends in `/{rest}`, which takes everything after the slash. */
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { z } from 'zod';
import { HttpError } from './http-error.ts';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** A request as handlers see it. */
export interface ApiRequest {
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** What `{rest}` stood for, percent-decoded; empty for exact paths. */
  readonly rest: string;
  /** The body's bytes. Throws `HttpError` 413 above the limit. */
  readBytes(): Promise<Uint8Array>;
  /** The body as JSON of a shape. Throws `HttpError` 400 that names every problem. */
  readJson<S extends z.ZodType>(schema: S): Promise<z.output<S>>;
}

/** An answer. A `stream` writes it by itself. */
export type ApiReply =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: ReplyBody }
  | { readonly stream: (response: ServerResponse) => void };

export type ReplyBody = { readonly json: unknown } | { readonly bytes: Uint8Array } | { readonly text: string };

export interface Route {
  readonly method: HttpMethod;
  readonly path: string;
  readonly handle: (request: ApiRequest) => ApiReply | Promise<ApiReply>;
}

export interface FoundRoute {
  readonly route: Route;
  readonly rest: string;
}

export const REST = '/{rest}';

export class Router {
  readonly #routes: readonly Route[];

  constructor(routes: readonly Route[]) {
    this.#routes = routes;
  }

  /** Throws `HttpError`: 404 for a path that is not there, 405 for a method that the path does not take. */
  find(method: string, path: string): FoundRoute {
    const onPath = this.#routes.filter((route) => restOf(route.path, path) !== undefined);
    if (onPath.length === 0) {
      throw new HttpError(404, 'ERR_HTTP_NOT_FOUND', `there is nothing at ${path}: the README lists the paths`);
    }
    const route = onPath.find((candidate) => candidate.method === method);
    if (route === undefined) {
      const allowed = onPath.map((candidate) => candidate.method).join(', ');
      throw new HttpError(405, 'ERR_HTTP_METHOD', `${path} takes ${allowed}, not ${method}`, { allow: allowed });
    }
    return { route, rest: decoded(restOf(route.path, path) ?? '') };
  }
}

/** What of `path` the pattern leaves open, or `undefined` when they do not match. */
function restOf(pattern: string, path: string): string | undefined {
  if (!pattern.endsWith(REST)) return pattern === path ? '' : undefined;
  const prefix = pattern.slice(0, -REST.length + 1);
  return path.startsWith(prefix) ? path.slice(prefix.length) : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new HttpError(400, 'ERR_HTTP_PATH', 'the path is not percent-encoded UTF-8: encode a % as %25');
  }
}
