/** What a command's own file says: its name and what it is for stand in commands.ts, so that help need not load it. */
import type { Argv, CommandModule } from 'yargs';

export type CommandBody = Pick<CommandModule, 'handler'> & { readonly builder: (yargs: Argv) => Argv };
