#!/usr/bin/env python3
"""What people write today: two CycloneDX files, loaded with the json module, compared by purl without version.

Prints the keys that came and went, the versions and licences that changed, and the relations that did, as JSON.
"""
import json
import sys


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def key(component):
    purl = component.get("purl")
    if not purl:
        return "name:" + component.get("name", "")
    bare = purl.split("#")[0].split("?")[0]
    return bare.rsplit("@", 1)[0] if "@" in bare.rsplit("/", 1)[-1] else bare


def keys(bom):
    versions, licences, names = {}, {}, {}
    for component in bom.get("components", []):
        name = key(component)
        names[component.get("bom-ref")] = name
        versions.setdefault(name, set()).add(component.get("version", ""))
        for licence in component.get("licenses", []):
            text = licence.get("expression") or licence.get("license", {}).get("id") or licence.get("license", {}).get("name")
            licences.setdefault(name, set()).add(text)
    edges = {
        (names.get(node["ref"], node["ref"]), names.get(other, other))
        for node in bom.get("dependencies", [])
        for other in node.get("dependsOn", [])
    }
    return versions, licences, edges


def main():
    was, was_licences, was_edges = keys(load(sys.argv[1]))
    now, now_licences, now_edges = keys(load(sys.argv[2]))
    both = [name for name in was if name in now]
    json.dump(
        {
            "old_keys": len(was),
            "new_keys": len(now),
            "added": {name: sorted(now[name]) for name in sorted(now) if name not in was},
            "removed": {name: sorted(was[name]) for name in sorted(was) if name not in now},
            "changed": {name: [sorted(was[name]), sorted(now[name])] for name in sorted(both) if was[name] != now[name]},
            "unchanged": sum(was[name] == now[name] for name in both),
            "licences": sorted(name for name in both if was_licences.get(name) != now_licences.get(name)),
            "relations": [sorted(now_edges - was_edges), sorted(was_edges - now_edges)],
        },
        sys.stdout,
        indent=1,
    )


main()
