/** What a command gave. */
export interface Answer {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** What was printed before and is needed later, by name: a join command, say. */
export type Notes = Map<string, string>;

/** @returns why the answer is not what the course says; undefined where it is. What is thrown counts as a reason too. */
export type Check = (answer: Answer, notes: Notes) => string | undefined;

/** One command of the course, and what must come back. */
export interface Step {
  /** The machine that the shell is pointed at by `eval "$(docker-machine env …)"`; absent: the shell that is not. */
  on?: string;
  /** As the course prints it. `‹name›` stands for what was noted under that name. */
  command: string;
  check: Check;
  /** Notes the first group of the pattern, out of what was printed. */
  note?: { name: string; from: RegExp };
  /** Below the work folder; the work folder itself where absent. */
  folder?: string;
  /** Typed into it. */
  input?: string;
  /** Needs a terminal, as `-ti` does. */
  isInteractive?: true;
  /** Keys that end it, pressed after the input, until it does. Needs a terminal. */
  endedBy?: string;
  /** Goes on until it is interrupted, which is then: seconds. */
  followSeconds?: number;
  /** Asked again until the check is content, so long at most: seconds. What the course's reader does by hand. */
  withinSeconds?: number;
  /** Of one run of it: seconds; `COMMAND_SECONDS` where absent. */
  deadlineSeconds?: number;
  /**
   * `needed`: by the routing mesh, and not here where the kernel has no IPVS. `missing`: what is tested another way there, and
   * left out where the mesh answers.
   */
  mesh?: 'needed' | 'missing';
  /** Not the course's: what it takes for granted. Where it fails, the chapter ends. */
  isSetUp?: true;
}

/** A part of the course, on a lab of its own. */
export interface Chapter {
  name: string;
  title: string;
  /** The lab's, made before the first command; absent where the chapter makes its machines itself. */
  template?: string;
  /** Path below the work folder -> content. */
  files?: Record<string, string>;
  /** Folder below the work folder -> stack of the catalogue whose files lie in it, its Compose file as docker-compose.yml. */
  stacks?: Record<string, string>;
  /** Besides nginx, busybox and registry: `name:tag`. */
  images?: string[];
  steps: Step[];
}
