/** Why a member is what it is, in sentences: who accused it, what they had tried, and how long it had to refute. */
import type { AccusationView, EvidenceView, FindingView, MemberView, TriedView } from '../client/shapes.ts';
import { formatDuration } from './duration.ts';
import { printable } from './printable.ts';

export function whyLines(member: MemberView, nowMs: number): string[] {
  const { name, address, status, since, generation, incarnation, evidence, isDamped } = member;
  const ago = (iso: string): string => formatDuration(nowMs - Date.parse(iso));
  const life = `generation ${generation}, incarnation ${incarnation}`;
  return [
    `${name} at ${address} is ${status}, for ${ago(since)} (${life}).`,
    ...(evidence === undefined ? [nothingHeld(member)] : evidenceLines(evidence, ago)),
    ...(isDamped
      ? ['It comes and goes so often that it is not asked to probe for others until it has been quiet.']
      : []),
  ].map(printable);
}

function nothingHeld({ status, accuser }: MemberView): string {
  if (status !== 'left') return 'Nothing is held against it.';
  return accuser === undefined ? 'It left by itself.' : `${accuser} declared it left.`;
}

function evidenceLines(evidence: EvidenceView, ago: (iso: string) => string): string[] {
  const { accusations, timeoutMs, localHealth, finding } = evidence;
  if (finding !== undefined) return findingLines(finding, evidence, ago);
  const confirmations = accusations.length === 1 ? '1 accusation' : `${accusations.length} accusations`;
  return [
    ...accusations.map((accusation, index) => accusationLine(accusation, index === 0, ago)),
    `With ${confirmations} it has ${formatDuration(timeoutMs)} to refute, by the count of this node, ` +
      `whose own local health was ${healthText(localHealth)} when it heard of it.`,
  ];
}

/** Detectors that only listen ask nobody, and what they accuse of is silence. */
function findingLines(
  finding: FindingView,
  { accusations, since, timeoutMs }: EvidenceView,
  ago: (iso: string) => string,
): string[] {
  const { rule, silentMs, phi, meanMs, reporterCount, neededCount } = finding;
  const silence = `It had been silent for ${formatDuration(silentMs)} when it was judged; ${formatDuration(timeoutMs)} are allowed.`;
  const names = accusations.map(({ accuser, at }) => `${accuser} ${ago(at)} ago`).join(', ');
  const measured =
    rule === 'phi' && phi !== undefined && meanMs !== undefined
      ? `Phi was ${phi.toFixed(1)} after heartbeats ${formatDuration(meanMs)} apart in the mean.`
      : rule === 'quorum'
        ? `${reporterCount ?? 0} of the ${neededCount ?? 0} voters that it takes say so.`
        : `The rule is ${rule}.`;
  return [silence, measured, `Judged ${ago(since)} ago by: ${names}.`];
}

function accusationLine(
  { accuser, at, tried }: AccusationView,
  isFirst: boolean,
  ago: (iso: string) => string,
): string {
  const verb = isFirst ? 'accused' : 'confirmed';
  const grounds = tried === undefined ? 'it did not say what it had tried' : triedText(tried);
  return `${accuser} ${verb} it ${ago(at)} ago: ${grounds}.`;
}

function triedText({ helpers, nacks, stream, localHealth }: TriedView): string {
  return [
    'its ping was not answered',
    helpers === 0 ? 'it had nobody to ask for help' : helpersText(helpers, nacks),
    stream === 'failed' ? 'a ping by stream was not answered either' : 'it tried no stream',
    `its own local health was ${healthText(localHealth)}`,
  ].join('; ');
}

function helpersText(helpers: number, nacks: number): string {
  const silent = helpers - nacks;
  return `of ${helpers} asked to help, ${nacks} could not reach it either and ${silent} ${silent === 1 ? 'was' : 'were'} silent`;
}

function healthText(localHealth: number): string {
  return localHealth === 0 ? '0 (well)' : `${localHealth} (0 is well)`;
}
