// Names inside an archive: relative paths that every file system reads the same way.

const MAX_ROOT_BYTES = 80;
const MAX_PATH_BYTES = 180;
const MAX_MEMBERS = 100000;

// What is wrong with a path, or null.
function nameProblem(name) {
  if (name.length > MAX_PATH_BYTES) return `${name.length} bytes in the path, the limit is ${MAX_PATH_BYTES}`;
  const components = name.split('/');
  for (const component of components) {
    if (component === '') return 'the name or one of its components is empty';
    if (component.length > 100) return `${component.length} bytes in a component, the limit is 100`;
    const strange = /[^A-Za-z0-9._-]/u.exec(component);
    if (strange) return `the character ${JSON.stringify(strange[0])} is not allowed, use letters, digits, \`.\`, \`_\` and \`-\``;
    if (/^[.-]/.test(component)) return 'a component starts with `.` or `-`';
    if (component.endsWith('.')) return 'a component ends with `.`';
    if (/^(con|prn|aux|nul|conin|conout|clock|com[0-9]|lpt[0-9])(\.|$)/i.test(component)) return 'a component is a device name on Windows';
  }
  return components.length > 12 ? `${components.length} components in the path, the limit is 12` : null;
}

// Collects names and refuses those that some file system would take for one that it has.
class UniqueNames {
  constructor() {
    this.seen = new Map();
  }

  // What is wrong with one more file, or null.
  add(name) {
    for (let at = name.indexOf('/'); at >= 0; at = name.indexOf('/', at + 1)) {
      const folder = name.slice(0, at), known = this.seen.get(folder.toLowerCase());
      if (known && (known.spelling !== folder || !known.isFolder)) return `the same as \`${known.spelling}\` on some file systems`;
      this.seen.set(folder.toLowerCase(), { spelling: folder, isFolder: true });
    }
    const known = this.seen.get(name.toLowerCase());
    if (known) return `the same as \`${known.spelling}\` on some file systems`;
    this.seen.set(name.toLowerCase(), { spelling: name, isFolder: false });
    return null;
  }
}
