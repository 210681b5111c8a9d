#!/usr/bin/python3
"""A WebKitGTK window for WebKitWebDriver, with nothing but the page, as narrow as a phone.

From the environment: WINDOW_SIZE (390x844), WINDOW_PRIVATE (1 for a private window) and WINDOW_DATA, a
folder for storage and caches. The script writes its process id to `pid` there and, on SIGUSR1, prints
the page to `printed.pdf`: `window.print()` does nothing in a window under automation.
"""
import os
import signal

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import GLib, Gtk, WebKit2

WIDTH, HEIGHT = map(int, os.environ["WINDOW_SIZE"].split("x"))
DATA = os.environ["WINDOW_DATA"]


def new_context():
    if os.environ.get("WINDOW_PRIVATE"):
        return WebKit2.WebContext.new_ephemeral()
    manager = WebKit2.WebsiteDataManager(base_data_directory=f"{DATA}/data", base_cache_directory=f"{DATA}/cache")
    return WebKit2.WebContext.new_with_website_data_manager(manager)


def print_to_file(view):
    settings = Gtk.PrintSettings()
    settings.set_printer("Print to File")
    settings.set(Gtk.PRINT_SETTINGS_OUTPUT_FILE_FORMAT, "pdf")
    settings.set(Gtk.PRINT_SETTINGS_OUTPUT_URI, f"file://{DATA}/printing")
    operation = WebKit2.PrintOperation.new(view)
    operation.set_print_settings(settings)
    # Renamed once complete, so that a reader never sees half of it.
    operation.connect("finished", lambda _: os.rename(f"{DATA}/printing", f"{DATA}/printed.pdf"))
    operation.print_()
    return GLib.SOURCE_CONTINUE


def new_view(context):
    view = WebKit2.WebView(web_context=context, is_controlled_by_automation=True)
    GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGUSR1, print_to_file, view)
    window = Gtk.Window()
    window.set_default_size(WIDTH, HEIGHT)
    window.add(view)
    window.show_all()
    return view


def start_session(context, session):
    # WebKitWebDriver compares these with the capabilities that it was asked for.
    info = WebKit2.ApplicationInfo()
    info.set_name("WebKitWindow")
    info.set_version(1, 0, 0)
    session.set_application_info(info)
    session.connect("create-web-view", lambda _: new_view(context))


def main():
    with open(f"{DATA}/pid", "w") as file:
        file.write(str(os.getpid()))
    context = new_context()
    context.set_preferred_languages(["en"])
    context.set_automation_allowed(True)
    context.connect("automation-started", start_session)
    Gtk.main()


main()
