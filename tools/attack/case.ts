/** What a case of the campaign is, and what the program promises in every one of them. */
import type { Random } from './random.js';

/** What is promised, as the table calls it. */
export const promises = [
  'exit code',
  'one line',
  'no hang',
  'whole',
  'inputs',
  'left over',
  'process',
  'memory',
  'privacy',
] as const;
export type Promised = (typeof promises)[number];

export interface Broken {
  readonly promised: Promised;
  /** What was seen instead, in one line. */
  readonly seen: string;
}

/** A signal, and the moment it is sent at. */
export interface Kill {
  readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGKILL';
  /** Lines on stdout that have come by then (`--json`); 0: from the start of the process. */
  readonly lines: number;
  /** Milliseconds after that, or after the signal before. */
  readonly delay: number;
  /** To the program alone, or to all of its process group, as a terminal's Ctrl-C is. */
  readonly to: 'process' | 'group';
}

/** Where a stream leads: to the campaign, to nothing, nowhere at all, or to a device or file that is opened for it. */
export type Stream = 'pipe' | 'ignore' | 'closed' | { readonly path: string };

/** One run of the command line, in the case's folder. */
export interface Run {
  readonly args: readonly string[];
  /** A module that takes the place of the command line: what a user of the library writes. It finds its URL in LIBRARY. */
  readonly script?: string;
  /** It has a network of its own, with nobody in it; who asks for a name there is noted. */
  readonly watched?: boolean;
  /** Variables to set; `undefined` takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: Stream;
  readonly stdout?: Stream;
  readonly stderr?: Stream;
  /** The campaign stops reading stdout after so many lines, as `| head` does. */
  readonly reads?: number;
  readonly kills?: readonly Kill[];
  /** Exit codes that are right here, where not both of 0 and 1 are; 130 is where there are signals. */
  readonly ends?: readonly number[];
  /** The most memory it may take, in bytes. */
  readonly memory?: number;
  /** The most seconds it may take on a machine that is not slow, where it is not {@link hangSeconds}. */
  readonly seconds?: number;
  /** More than one line on stderr is asked for: help, or progress. */
  readonly talks?: boolean;
  /** A small disk for it: a folder of the case's that is a file system of its own. */
  readonly disk?: Disk;
}

export interface Disk {
  readonly folder: string;
  /** Options of tmpfs: `size=64k`, `nr_inodes=5`. */
  readonly options: string;
  /** Nothing can be written to it. */
  readonly readOnly?: boolean;
}

/** Seconds after which a run hangs, where nothing else is said. */
export const hangSeconds = 10;

/** A file that the library is to read, in a process that reads many. */
export interface Read {
  readonly kind: 'photo' | 'weights' | 'preset' | 'model';
  readonly file: string;
  /** It is sound, and has to be read. */
  readonly sound?: boolean;
}

/** What a run may write. Whatever else is in the folder has to stay as it was. */
export interface Output {
  readonly path: string;
  readonly kind: 'video' | 'picture' | 'svg' | 'frames' | 'other';
  /** It may be done without, where all is done. */
  readonly optional?: boolean;
}

export interface Case {
  /** What is done, in one line. */
  readonly what: string;
  /** Makes files in the case's folder. */
  readonly prepare?: (folder: string) => void | Promise<void>;
  /** One after the other. */
  readonly runs?: readonly Run[];
  /** All runs at once. */
  readonly together?: boolean;
  readonly read?: Read;
  /** What they write. `any`: nobody can tell, so that all that is new has to be what its name says. */
  readonly outputs?: readonly Output[] | 'any';
  /** What it takes tells how slow the machine is. */
  readonly measures?: boolean;
  /** It mostly waits: others may run beside it. */
  readonly waits?: boolean;
  /** More than the runner looks at, once the case is over. @returns what is broken. */
  readonly look?: (folder: string, ended: readonly Ended[]) => Broken[] | Promise<Broken[]>;
}

/** How a run ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
  /** The program's own, in bytes; 0 where it can't be told. */
  readonly peakBytes: number;
}

export type Draw = (random: Random) => Case;

export interface Family {
  readonly name: string;
  /** What it does, for the table. */
  readonly what: string;
  /** How many of a campaign's cases are its, in relation to the others. */
  readonly share: number;
  /** Always there, in this order: among them every way in which the program was once broken. */
  readonly known: () => readonly Draw[];
  /** One more, at random. */
  readonly draw: Draw;
  /** Why it can't be done on this machine. */
  readonly obstacle?: () => string | undefined;
  /** Gets ready what its cases have in common: samples, a server. */
  readonly open?: () => Promise<void>;
  readonly close?: () => Promise<void>;
}
