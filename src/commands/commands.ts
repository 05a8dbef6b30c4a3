/** The commands, in the order of the help. Each is loaded where it is asked for: `vggdraw --help` and a drawing should not wait for the others. */
import type { Argv, CommandModule } from 'yargs';
import type { CommandBody } from './command-body.js';

interface Command {
  /** How it is written. */
  readonly usage: string;
  readonly describe: string;
  /** What stands behind its name, where that is one thing. */
  readonly operand?: string;
  readonly load: () => Promise<CommandBody>;
}

const commands: Readonly<Record<string, Command>> = {
  draw: {
    usage: 'draw <photo..>',
    describe: 'Draw a photo and make the video of how it was drawn',
    operand: 'a photo',
    load: async () => (await import('./draw.js')).drawCommand,
  },
  resume: {
    usage: 'resume <file>',
    describe: 'Go on with a drawing that was interrupted, from its checkpoint',
    operand: 'a checkpoint',
    load: async () => (await import('./resume.js')).resumeCommand,
  },
  film: {
    usage: 'film <film>',
    describe: 'Draw a film, frame by frame, as on one sheet, with its sound',
    operand: 'a film',
    load: async () => (await import('./film.js')).filmCommand,
  },
  studio: {
    usage: 'studio',
    describe: 'Draw in a browser: drop photos, watch, choose by eye',
    load: async () => (await import('./studio.js')).studioCommand,
  },
  look: {
    usage: 'look <photo>',
    describe: 'Show what the network sees in a photo: the channels of a layer, and what excites them',
    operand: 'a photo',
    load: async () => (await import('./look.js')).lookCommand,
  },
  farm: {
    usage: 'farm',
    describe: 'Draw many photos on many machines: a queue, and workers anywhere',
    load: async () => (await import('./farm.js')).farmCommand,
  },
  export: {
    usage: 'export',
    describe: 'Write VGG-19 and the gradient of its pixels as ONNX files',
    load: async () => (await import('./export.js')).exportCommand,
  },
  gradient: {
    usage: 'gradient <model>',
    describe: 'Write a model whose outputs are its own and gradients, in standard operators',
    operand: 'a model',
    load: async () => (await import('./gradient.js')).gradientCommand,
  },
  artifacts: {
    usage: 'artifacts <model>',
    describe: 'Write what training a model takes, for any ONNX Runtime',
    operand: 'a model',
    load: async () => (await import('./artifacts.js')).artifactsCommand,
  },
  inspect: {
    usage: 'inspect <model>',
    describe: 'Show what an ONNX model is: inputs, outputs, operators and what they lack, layers, work, memory',
    operand: 'a model',
    load: async () => (await import('./inspect.js')).inspectCommand,
  },
  compare: {
    usage: 'compare <one> <other>',
    describe: 'Say how far two drawings are apart, frame by frame; exit code 1 where too far',
    operand: 'what to compare',
    load: async () => (await import('./compare.js')).compareCommand,
  },
  record: {
    usage: 'record <photo>',
    describe: 'Keep iterations of a drawing in a golden file',
    operand: 'a photo',
    load: async () => (await import('./record.js')).recordCommand,
  },
  replay: {
    usage: 'replay <file>',
    describe: 'Compute them once more, on any provider, and say how far they are; exit code 1 where too far',
    operand: 'a golden file',
    load: async () => (await import('./replay.js')).replayCommand,
  },
  presets: {
    usage: 'presets',
    describe: 'Say which presets there are, and print them to start your own from',
    load: async () => (await import('./presets.js')).presetsCommand,
  },
  weights: {
    usage: 'weights',
    describe: 'Fetch pretrained weights, see what is there, convert files',
    load: async () => (await import('./weights.js')).weightsCommand,
  },
  providers: {
    usage: 'providers',
    describe: 'Show what this machine can compute on, proven by a small gradient',
    load: async () => (await import('./providers.js')).providersCommand,
  },
  doctor: {
    usage: 'doctor',
    describe:
      'Say what is here to draw with, and what is missing: for reports of faults; exit code 1 where it is needed',
    load: async () => (await import('./doctor.js')).doctorCommand,
  },
  completion: {
    usage: 'completion [shell]',
    describe: 'Print a script with which bash, zsh or fish completes commands, options and values',
    load: async () => (await import('./completion.js')).completionCommand,
  },
};

/** The command of that name, or undefined. */
export const commandNamed = (name: string): Command | undefined => new Map(Object.entries(commands)).get(name);

/** What each is for, by its name. */
export const commandSummaries = Object.entries(commands).map(([name, { describe }]) => ({ name, describe }));

/** What the command of that name needs behind it, for messages. */
export const operandOf = (name: string | undefined): string | undefined => commands[name ?? '']?.operand;

/** The name of the command, where the arguments begin with one. */
export const commandIn = ([first]: readonly string[]): string | undefined =>
  Object.keys(commands).find((name) => name === first);

/** For yargs: the command of that name, or all of them, of which it loads the one that it finds named somewhere. */
export async function commandsFor(name: string | undefined): Promise<CommandModule[]> {
  if (name !== undefined) return [moduleOf(commands[name]!, await commands[name]!.load())];
  return Object.values(commands).map((command) => moduleOf(command, later(command.load)));
}

const moduleOf = ({ usage, describe }: Command, body: Pick<CommandModule, 'builder' | 'handler'>): CommandModule => ({
  command: usage,
  describe,
  ...body,
});

const later = (load: Command['load']): Pick<CommandModule, 'builder' | 'handler'> => ({
  builder: async (yargs: Argv) => (await load()).builder(yargs),
  handler: async (argv) => (await load()).handler(argv),
});
