/** Where a client finds its agent. */
import { UsageError } from '../failure.ts';

export const AGENT_URL_DEFAULT = 'http://127.0.0.1:7947';

/** From `--http`, else from `HEARSAY_HTTP`, else the default. An address without `http://` is fine as well. */
export function agentUrl(flag: string | undefined, env: Readonly<Record<string, string | undefined>>): URL {
  const [label, text] = flag !== undefined ? ['--http', flag] : ['HEARSAY_HTTP', env.HEARSAY_HTTP || AGENT_URL_DEFAULT];
  const withScheme = /^[a-z]+:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(withScheme) ? new URL(withScheme) : undefined;
  if (url !== undefined && (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname !== '') return url;
  throw new UsageError([`${label}: ${JSON.stringify(text)} is not a URL: use for example ${AGENT_URL_DEFAULT}`]);
}
