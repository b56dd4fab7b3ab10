#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Tests of apply-overlay, build-qemu and sync-tree.py: what a build relies on."""

import os
import subprocess
import tempfile
import unittest

import tap

TOOLS = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
TREE = {
    "VERSION": "10.0.0\n",
    "configure": "",
    "hw/net/Kconfig": "config OTHER\n    bool\n",
    "hw/net/meson.build": "system_ss.add(files('other.c'))\n\nsubdir('can')\n",
    "hw/net/trace-events": "# other.c\nother(void) \"\"\n",
    "hw/net/other.c": "int other;\n",
}
DEVICE = {
    "Kconfig": "config NIC\n    bool\n",
    "meson.build": "system_ss.add(when: 'CONFIG_NIC', if_true: files('nic.c'))\n",
    "trace-events": "nic(void) \"\"\n",
    "nic.c": "int nic;\n",
    "nic.h": "extern int nic;\n",
}


def write_tree(root, files):
    for name, content in files.items():
        path = os.path.join(root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(content)


def read_tree(root):
    found = {}
    for directory, _, names in os.walk(root):
        for name in names:
            path = os.path.join(directory, name)
            with open(path, encoding="utf-8") as stream:
                found[os.path.relpath(path, root)] = stream.read()
    return found


def times(root):
    return {name: os.stat(os.path.join(root, name)).st_mtime_ns for name in read_tree(root)}


class TreeCase(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.tree = os.path.join(directory.name, "tree")
        self.device = os.path.join(directory.name, "device")
        write_tree(self.tree, TREE)
        write_tree(self.device, DEVICE)

    def run_tool(self, *command):
        return subprocess.run([os.path.join(TOOLS, command[0]), *command[1:]],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              check=False, timeout=60)

    def apply(self):
        return self.run_tool("apply-overlay", "--device-dir", self.device, self.tree)

    def net(self, name):
        return read_tree(self.tree)[f"hw/net/{name}"]


class Overlay(TreeCase):
    def test_adds_files_and_fragments(self):
        self.assertEqual(self.apply().returncode, 0)
        self.assertEqual(self.net("nic.c"), DEVICE["nic.c"])
        for name in ("Kconfig", "meson.build", "trace-events"):
            self.assertTrue(self.net(name).startswith(TREE[f"hw/net/{name}"].rstrip()))
            self.assertEqual(self.net(name).count(DEVICE[name]), 1)

    def test_second_run_writes_nothing(self):
        self.apply()
        before = times(self.tree)
        self.assertIn("unchanged", self.apply().stdout)
        self.assertEqual(times(self.tree), before)

    def test_changed_device_file_is_the_only_one_written(self):
        self.apply()
        before = times(self.tree)
        write_tree(self.device, {"nic.c": "int nic = 1;\n"})
        self.apply()
        after = times(self.tree)
        self.assertEqual([n for n in after if after[n] != before[n]], ["hw/net/nic.c"])

    def test_changed_fragment_replaces_the_old_one(self):
        self.apply()
        write_tree(self.device, {"Kconfig": "config NEW_NIC\n    bool\n"})
        self.apply()
        self.assertIn("NEW_NIC", self.net("Kconfig"))
        self.assertNotIn("config NIC\n", self.net("Kconfig"))

    def test_removed_files_and_fragments_go(self):
        self.apply()
        for name in DEVICE:
            os.unlink(os.path.join(self.device, name))
        self.apply()
        files = read_tree(self.tree)
        del files["hw/net/.ndis-shim-overlay"]
        self.assertEqual({n: c.rstrip() for n, c in files.items()},
                         {n: c.rstrip() for n, c in TREE.items()})

    def test_tests_of_the_tree(self):
        meson = "before()\nqos_test_ss = ss.source_set()\nafter()\n"
        write_tree(self.tree, {"tests/qtest/meson.build": meson})
        write_tree(self.device, {"tests/qtest/meson.build": "qos_test_ss.add(files('n.c'))\n",
                                 "tests/qtest/n.c": "int n;\n"})
        for _ in range(2):
            self.assertEqual(self.apply().returncode, 0)
            lines = read_tree(self.tree)["tests/qtest/meson.build"].splitlines()
            self.assertEqual(lines[:2] + lines[-1:], meson.splitlines())
            self.assertEqual(lines[3], "qos_test_ss.add(files('n.c'))")
        self.assertEqual(read_tree(self.tree)["tests/qtest/n.c"], "int n;\n")
        os.unlink(os.path.join(self.device, "tests/qtest/meson.build"))
        os.unlink(os.path.join(self.device, "tests/qtest/n.c"))
        self.apply()
        self.assertEqual(read_tree(self.tree)["tests/qtest/meson.build"], meson)
        self.assertNotIn("tests/qtest/n.c", read_tree(self.tree))

    def test_refuses_tests_that_the_tree_has_no_place_for(self):
        write_tree(self.device, {"tests/qtest/n.c": "int n;\n"})
        result = self.apply()
        self.assertEqual(result.returncode, 1)
        self.assertIn("the QEMU tree has no directory tests/qtest", result.stdout)

    def test_source_set_of_old_trees(self):
        write_tree(self.tree, {"hw/net/meson.build": "softmmu_ss.add(files('other.c'))\n"})
        self.apply()
        self.assertIn("softmmu_ss.add(when: 'CONFIG_NIC'", self.net("meson.build"))

    def test_refuses_to_replace_a_file_of_the_tree(self):
        write_tree(self.device, {"other.c": "int mine;\n"})
        result = self.apply()
        self.assertEqual(result.returncode, 1)
        self.assertIn("hw/net/other.c exists", result.stdout)
        self.assertEqual(self.net("other.c"), TREE["hw/net/other.c"])

    def test_refuses_what_is_no_qemu_tree(self):
        os.unlink(os.path.join(self.tree, "VERSION"))
        result = self.apply()
        self.assertEqual(result.returncode, 1)
        self.assertIn("is not a QEMU source tree: it has no VERSION", result.stdout)

    def test_refuses_half_a_block(self):
        self.apply()
        path = os.path.join(self.tree, "hw/net/Kconfig")
        text = self.net("Kconfig").replace("# end ndis-shim overlay\n", "")
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(text)
        result = self.apply()
        self.assertEqual(result.returncode, 1)
        self.assertIn("take a fresh copy", result.stdout)


class BuildOptions(TreeCase):
    def test_refuses_a_release_without_package(self):
        result = self.run_tool("build-qemu", "--qemu", "9.1", "--print-cache")
        self.assertEqual(result.returncode, 1)
        self.assertIn("do not build with QEMU 9.1; name one of", result.stdout)

    def test_refuses_two_sources(self):
        result = self.run_tool("build-qemu", "--qemu", "7.2", "--qemu-source", self.tree)
        self.assertEqual(result.returncode, 1)
        self.assertIn("give one of them", result.stdout)


class Sync(TreeCase):
    def setUp(self):
        super().setUp()
        self.copy = os.path.join(os.path.dirname(self.tree), "copy")
        os.mkdir(self.copy)

    def sync(self):
        result = self.run_tool("lib/sync-tree.py", self.tree, self.copy)
        self.assertEqual(result.returncode, 0, result.stdout)
        files = read_tree(self.copy)
        del files[".ndis-shim-stamps"]
        return files

    def test_copies(self):
        self.assertEqual(self.sync(), TREE)

    def test_second_run_writes_nothing_but_its_stamps(self):
        self.sync()
        before = times(self.copy)
        self.sync()
        after = times(self.copy)
        self.assertEqual([n for n in after if after[n] != before[n]], [".ndis-shim-stamps"])

    def test_follows_changes_and_removals(self):
        self.sync()
        write_tree(self.tree, {"hw/net/other.c": "int changed;\n", "new.c": "int new;\n"})
        os.unlink(os.path.join(self.tree, "configure"))
        self.assertEqual(self.sync(), read_tree(self.tree))

    def test_overlay_in_the_copy_stays(self):
        self.sync()
        self.run_tool("apply-overlay", "--device-dir", self.device, self.copy)
        before = times(self.copy)
        self.sync()
        after = times(self.copy)
        self.assertEqual([n for n in after if after[n] != before[n]], [".ndis-shim-stamps"])
        self.assertEqual(read_tree(self.tree), TREE)


if __name__ == "__main__":
    tap.main()
