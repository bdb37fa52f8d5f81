"""Where to put edge devices and which meters each of them serves: the paper's loop, its rivals, and an exact planner.

Everything here is pure: numpy arrays in, frozen values out, every random choice from a seed that is passed in.
Coordinates are kilometres in the plane. `layout` has the types, `measure` what a placement is judged by.
"""
